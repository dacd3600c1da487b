import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { ReceivedEvents, type EventRef, type ReceivedEvent } from '#channels';
import { Jobs } from '#jobs';
import type { Scope } from '#kernel';
import { Attempts } from '../attempts/attempts.service.js';
import { LinkPages } from '../pages/link-pages.service.js';
import { TalkReplies } from './talk-replies.service.js';
import { answerAccountLink, type AccountLinkRef } from './talk.jobs.js';
import { messagesFor } from './talk-turn.js';

/** Takes LINE's word on account links, which is the only proof that the browser was the LINE user's own. */
@Injectable()
export class AccountLinks {
  constructor(
    private readonly events: ReceivedEvents,
    private readonly attempts: Attempts,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
    private readonly pages: LinkPages,
    private readonly replies: TalkReplies,
  ) {}

  /**
   * Ends the attempt that LINE speaks of, well or not; to be called in a transaction. A nonce counts once: whatever comes
   * with one that is unknown, used or expired links nobody and is written down.
   */
  async settle(scope: Scope, ref: EventRef): Promise<void> {
    const event = await this.events.find(scope, ref);
    if (!event) return;
    const { result, nonce } = saidBy(event);
    const attempt = nonce === undefined ? undefined : await this.attempts.takeNonce(scope, ref.channelId, nonce);
    if (!attempt) return this.suspicious(scope, event, 'unknown_nonce');
    // LINE names nobody then: the person learns it from the page.
    if (result !== 'ok') return this.attempts.fail(scope, attempt.id, 'linking.line_refused');
    if (event.person?.lineUserId !== attempt.lineUserId) {
      await this.suspicious(scope, event, 'other_line_user');
      return this.attempts.fail(scope, attempt.id, 'linking.line_refused');
    }
    const { failure } = await this.attempts.complete(scope, attempt.id);
    const { workspaceId, channelId, eventId } = ref;
    await this.jobs.enqueue(scope, answerAccountLink, { workspaceId, channelId, eventId, failure });
  }

  /** Tells the person. @throws Error when LINE gave no answer: run again */
  async answer(scope: Scope, { channelId, eventId, failure }: AccountLinkRef): Promise<void> {
    const event = await this.events.find(scope, { channelId, eventId });
    if (!event || !(await this.replies.canAnswer(scope, event))) return;
    const messages = messagesFor(await this.pages.of(scope, channelId));
    const answer = failure === undefined ? messages.linked() : messages.refused(failure);
    await this.replies.answer(scope, channelId, event, answer);
  }

  private async suspicious(scope: Scope, { id }: ReceivedEvent, why: string): Promise<void> {
    await this.audit.record(scope, 'linking.suspicious_account_link', `webhook-events/${id}`, { why });
  }
}

function saidBy({ body }: ReceivedEvent): { result?: string; nonce?: string } {
  const link = body.link as { result?: unknown; nonce?: unknown } | null | undefined;
  return {
    ...(typeof link?.result === 'string' && { result: link.result }),
    ...(typeof link?.nonce === 'string' && { nonce: link.nonce }),
  };
}
