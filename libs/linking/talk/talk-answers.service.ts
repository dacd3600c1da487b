import { Injectable } from '@nestjs/common';
import { ReceivedEvents, type EventRef } from '#channels';
import type { Scope } from '#kernel';
import type { LineMessage } from '#line';
import { LinkPages } from '../pages/link-pages.service.js';
import { intentOf, type Intent } from './intent.js';
import { LinkInvitations } from './link-invitations.service.js';
import { TalkCodes } from './talk-codes.service.js';
import { TalkReplies } from './talk-replies.service.js';
import { messagesFor, type TalkTurn } from './talk-turn.js';
import { TalkUnlinking } from './talk-unlinking.service.js';

/** What counts although nobody can be told any more. */
const DONE_IN_ANY_CASE: Intent['kind'][] = ['agreed', 'unlink-confirmed'];

/** Does what people ask for in the talk, and answers. Runs with no transaction open, for LINE is called. */
@Injectable()
export class TalkAnswers {
  constructor(
    private readonly events: ReceivedEvents,
    private readonly pages: LinkPages,
    private readonly replies: TalkReplies,
    private readonly invitations: LinkInvitations,
    private readonly unlinking: TalkUnlinking,
    private readonly codes: TalkCodes,
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
        return this.codes.typed(turn, intent.text);
      case 'agreed':
        return this.codes.agreed(turn, intent);
      case 'disagreed':
        return turn.messages.notAgreed();
      case 'unlink':
        return this.unlinking.ask(turn, intent);
      case 'unlink-confirmed':
        return this.unlinking.confirmed(turn, intent.token);
      case 'keep':
        return turn.messages.kept();
    }
  }
}
