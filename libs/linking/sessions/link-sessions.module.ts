import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { ChannelsModule } from '#channels';
import { MembersModule } from '#members';
import { AttemptsModule } from '../attempts/attempts.module.js';
import { LinksModule } from '../links.module.js';
import { LoginModule } from '../login/login.module.js';
import { PagesModule } from '../pages/pages.module.js';
import { SignInModule } from '../sign-in/sign-in.module.js';
import { LinkSessionRow } from './link-session.entity.js';
import { LinkSessionsController } from './link-sessions.controller.js';
import { LinkSessionsRepository } from './link-sessions.repository.js';
import { LinkSessions } from './link-sessions.service.js';
import { ResultTokens } from './result-tokens.service.js';
import { SessionPagesController } from './session-pages.controller.js';
import { SessionResults } from './session-results.service.js';
import { SessionTies } from './session-ties.service.js';
import { SessionTokens } from './session-tokens.js';
import { SessionVisits } from './session-visits.service.js';

/** What the worker needs too, which forgets old ones. */
@Module({
  imports: [TypeOrmModule.forFeature([LinkSessionRow])],
  providers: [LinkSessionsRepository],
  exports: [LinkSessionsRepository],
})
export class LinkSessionsModule {}

/** For the api: the routes of the site's server, and the pages of its visitors. */
@Module({
  imports: [
    LinkSessionsModule,
    AttemptsModule,
    AuditModule,
    ChannelsModule,
    LinksModule,
    LoginModule,
    MembersModule,
    PagesModule,
    SignInModule,
  ],
  controllers: [LinkSessionsController, SessionPagesController],
  providers: [LinkSessions, ResultTokens, SessionResults, SessionTies, SessionTokens, SessionVisits],
})
export class LinkSessionsHttpModule {}
