import { Injectable } from '@nestjs/common';
import { ReceivedEvents, type EventRef } from '#channels';
import type { Scope } from '#kernel';
import type { LineMessage } from '#line';
import { LinkPages } from '../pages/link-pages.service.js';
import { CodeRedemption } from '../user-codes/code-redemption.service.js';
import { intentOf, type Intent } from './intent.js';
import { LinkInvitations } from './link-invitations.service.js';
import { TalkReplies } from './talk-replies.service.js';
import { messagesFor, type TalkTurn } from './talk-turn.js';
import { TalkUnlinking } from './talk-unlinking.service.js';

/** What counts although nobody can be told any more. */
const DONE_IN_ANY_CASE: Intent['kind'][] = ['code', 'unlink-confirmed'];

/** Does what people ask for in the talk, and answers. Runs with no transaction open, for LINE is called. */
@Injectable()
export class TalkAnswers {
  constructor(
    private readonly events: ReceivedEvents,
    private readonly pages: LinkPages,
    private readonly replies: TalkReplies,
    private readonly invitations: LinkInvitations,
    private readonly unlinking: TalkUnlinking,
    private readonly redemption: CodeRedemption,
  ) {}

  /** @throws Error when LINE gave no answer: run again */
  async answer(scope: Scope, { channelId, eventId }: EventRef): Promise<void> {
    const event = await this.events.find(scope, { channelId, eventId });
    if (!event?.person) return;
    const page = await this.pages.of(scope, channelId);
    const intent = intentOf(event.body, page.keywords);
    if (!intent) return;
    const answerable = await this.replies.canAnswer(scope, event);
    if (!answerable && !DONE_IN_ANY_CASE.includes(intent.kind)) return;
    const turn = { scope, channelId, eventId, person: event.person, page, messages: messagesFor(page) };
    const answer = await this.do(turn, intent);
    if (answerable && answer.length > 0) await this.replies.answer(scope, channelId, event, answer);
  }

  private async do(turn: TalkTurn, intent: Intent): Promise<LineMessage[]> {
    switch (intent.kind) {
      case 'link':
        return this.invitations.invite(turn, intent.role ?? turn.page.role);
      case 'ask-for-code':
        return turn.messages.askForCode();
      case 'code':
        return this.redeem(turn, intent.text);
      case 'unlink':
        return this.unlinking.ask(turn, intent);
      case 'unlink-confirmed':
        return this.unlinking.confirmed(turn, intent.token);
      case 'keep':
        return turn.messages.kept();
    }
  }

  private async redeem({ scope, channelId, person, messages }: TalkTurn, text: string): Promise<LineMessage[]> {
    const outcome = await this.redemption.redeem(scope, { channelId, lineUserId: person.lineUserId }, text);
    switch (outcome.kind) {
      case 'linked':
        return messages.linked();
      case 'wrong':
        return messages.codeWrong();
      case 'wait':
        return messages.codeWait(outcome.milliseconds);
      case 'refused':
        return messages.refused(outcome.code);
    }
  }
}
