import { Module } from '@nestjs/common';
import { WorkspacesModule } from '#workspaces';
import { AttemptsModule } from '../attempts/attempts.module.js';
import { LimitsModule } from '../limits/limits.module.js';
import { LinkSessionsModule } from '../sessions/link-sessions.module.js';
import { LinkingTidying } from './linking-tidying.service.js';
import { TidyingHandlers } from './tidying.handlers.js';

/** For the worker. */
@Module({
  imports: [AttemptsModule, LimitsModule, LinkSessionsModule, WorkspacesModule],
  providers: [LinkingTidying, TidyingHandlers],
})
export class TidyingJobsModule {}
