import { Module } from '@nestjs/common';
import { AuditModule } from '#audit';
import { ChannelsModule } from '#channels';
import { MembersModule } from '#members';
import { WorkspacesModule } from '#workspaces';
import { LinkingChecksModule } from './checks/linking-checks.module.js';
import { LinkImport } from './import/link-import.service.js';
import { LinkingController } from './linking.controller.js';
import { LinkingHandlers } from './linking.handlers.js';
import { LinksModule } from './links.module.js';
import { LoginHttpModule } from './login/login.module.js';
import { MemberSearchHttpModule } from './search/member-search.module.js';
import { TakeoverHttpModule } from './takeover/takeover.module.js';
import { ConnectHttpModule } from './pages/connect/connect.module.js';
import { UnlinkHttpModule } from './unlink/unlink.module.js';
import { Deauthorization } from './unlink/deauthorization.service.js';
import { LinkSessionsHttpModule } from './sessions/link-sessions.module.js';
import { SignInHttpModule, SignInJobsModule } from './sign-in/sign-in.module.js';
import { TalkHttpModule, TalkJobsModule } from './talk/talk.module.js';
import { TidyingJobsModule } from './tidying/tidying.module.js';
import { UserCodesHttpModule, UserCodesJobsModule } from './user-codes/user-codes.module.js';

@Module({
  imports: [LinksModule, ChannelsModule, MembersModule],
  providers: [LinkImport],
  exports: [LinksModule, LinkImport],
})
export class LinkingModule {}

@Module({
  imports: [
    LinkingModule,
    ConnectHttpModule,
    LinkingChecksModule,
    LoginHttpModule,
    LinkSessionsHttpModule,
    MemberSearchHttpModule,
    SignInHttpModule,
    TakeoverHttpModule,
    TalkHttpModule,
    UnlinkHttpModule,
    UserCodesHttpModule,
  ],
  controllers: [LinkingController],
})
export class LinkingHttpModule {}

@Module({
  imports: [
    LinkingModule,
    AuditModule,
    ChannelsModule,
    SignInJobsModule,
    TalkJobsModule,
    TidyingJobsModule,
    UserCodesJobsModule,
    WorkspacesModule,
  ],
  providers: [LinkingHandlers, Deauthorization],
})
export class LinkingJobsModule {}
