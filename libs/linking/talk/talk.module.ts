import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { ChannelsModule } from '#channels';
import { WorkspacesModule } from '#workspaces';
import { AttemptsModule } from '../attempts/attempts.module.js';
import { LinksModule } from '../links.module.js';
import { ConsentsModule } from '../pages/connect/consents.module.js';
import { PagesModule } from '../pages/pages.module.js';
import { UserCodesModule } from '../user-codes/user-codes.module.js';
import { AccountLinkPagesController } from './account-link-pages.controller.js';
import { AccountLinks } from './account-links.service.js';
import { LinkInvitations } from './link-invitations.service.js';
import { TalkAnswers } from './talk-answers.service.js';
import { TalkCodes } from './talk-codes.service.js';
import { TalkReplies } from './talk-replies.service.js';
import { TalkUnlinking } from './talk-unlinking.service.js';
import { TalkHandlers } from './talk.handlers.js';
import { Talk } from './talk.service.js';
import { UnlinkQuestionRow } from './unlink-question.entity.js';
import { UnlinkQuestionsRepository } from './unlink-questions.repository.js';

/** For the api: the pages between the talk and LINE's dialog. */
@Module({ imports: [AttemptsModule, PagesModule], controllers: [AccountLinkPagesController] })
export class TalkHttpModule {}

/** For the worker: what people write and press. */
@Module({
  imports: [
    TypeOrmModule.forFeature([UnlinkQuestionRow]),
    AttemptsModule,
    AuditModule,
    ChannelsModule,
    ConsentsModule,
    LinksModule,
    PagesModule,
    UserCodesModule,
    WorkspacesModule,
  ],
  providers: [
    AccountLinks,
    LinkInvitations,
    Talk,
    TalkAnswers,
    TalkCodes,
    TalkHandlers,
    TalkReplies,
    TalkUnlinking,
    UnlinkQuestionsRepository,
  ],
})
export class TalkJobsModule {}
