import { Injectable } from '@nestjs/common';
import { accountLinkReceived, messageReceived, postbackReceived } from '#channels';
import { HandlesFact, HandlesJob, type PayloadOf } from '#jobs';
import { Scopes } from '#workspaces';
import { AccountLinks } from './account-links.service.js';
import { TalkAnswers } from './talk-answers.service.js';
import { answerAccountLink, answerTalk } from './talk.jobs.js';
import { Talk } from './talk.service.js';

@Injectable()
export class TalkHandlers {
  constructor(
    private readonly scopes: Scopes,
    private readonly talk: Talk,
    private readonly answers: TalkAnswers,
    private readonly accountLinks: AccountLinks,
  ) {}

  @HandlesFact(messageReceived, { name: 'linking.message', lane: 'webhooks' })
  async message(ref: PayloadOf<typeof messageReceived>): Promise<void> {
    await this.talk.hear(await this.scopes.system(ref.workspaceId), ref);
  }

  @HandlesFact(postbackReceived, { name: 'linking.postback', lane: 'webhooks' })
  async postback(ref: PayloadOf<typeof postbackReceived>): Promise<void> {
    await this.talk.hear(await this.scopes.system(ref.workspaceId), ref);
  }

  @HandlesFact(accountLinkReceived, { name: 'linking.account_link', lane: 'webhooks' })
  async accountLink(ref: PayloadOf<typeof accountLinkReceived>): Promise<void> {
    await this.accountLinks.settle(await this.scopes.system(ref.workspaceId), ref);
  }

  @HandlesJob(answerTalk)
  async answer(ref: PayloadOf<typeof answerTalk>): Promise<void> {
    await this.answers.answer(await this.scopes.system(ref.workspaceId), ref);
  }

  @HandlesJob(answerAccountLink)
  async answerAccountLink(ref: PayloadOf<typeof answerAccountLink>): Promise<void> {
    await this.accountLinks.answer(await this.scopes.system(ref.workspaceId), ref);
  }
}
