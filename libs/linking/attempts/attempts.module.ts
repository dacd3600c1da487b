import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { WorkspacesModule } from '#workspaces';
import { LimitsModule } from '../limits/limits.module.js';
import { LinksModule } from '../links.module.js';
import { AttemptSecrets } from './attempt-secrets.js';
import { AttemptTidying } from './attempt-tidying.service.js';
import { AttemptsHandlers } from './attempts.handlers.js';
import { AttemptsRepository } from './attempts.repository.js';
import { Attempts } from './attempts.service.js';
import { LinkAttemptRow } from './link-attempt.entity.js';

@Module({
  imports: [TypeOrmModule.forFeature([LinkAttemptRow]), AuditModule, LinksModule],
  providers: [Attempts, AttemptSecrets, AttemptsRepository],
  exports: [Attempts, AttemptSecrets, AttemptsRepository],
})
export class AttemptsModule {}

/** For the worker. */
@Module({
  imports: [AttemptsModule, AuditModule, LimitsModule, WorkspacesModule],
  providers: [AttemptTidying, AttemptsHandlers],
})
export class AttemptsJobsModule {}
