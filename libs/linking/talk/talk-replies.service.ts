import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Channels, type ReceivedEvent } from '#channels';
import type { Scope } from '#kernel';
import { LINE_LIMITS, type LineMessage } from '#line';

/** What an answer needs until it is at LINE. */
const ON_THE_WAY_MS = 5_000;

/** Answers events: free of charge, and only as long as LINE lets one answer. */
@Injectable()
export class TalkReplies {
  constructor(
    private readonly channels: Channels,
    private readonly audit: Audit,
  ) {}

  /**
   * Whether an event can still be answered; that it cannot is written down. A push could be sent instead, but costs money
   * and comes when nobody waits for it any more: people simply ask again.
   */
  async canAnswer(scope: Scope, event: ReceivedEvent): Promise<boolean> {
    if (tokenOf(event) === undefined) return false;
    const age = scope.clock.now().getTime() - event.receivedAt.getTime();
    if (age <= LINE_LIMITS.replyTokenMs - ON_THE_WAY_MS) return true;
    await this.unanswered(scope, event, 'too_late');
    return false;
  }

  /**
   * Sends the answer. LINE takes no retry key here, but a reply token works once: what is sent again arrives once.
   * @throws Error when LINE gave no answer, or has no time: run again
   */
  async answer(scope: Scope, channelId: string, event: ReceivedEvent, messages: LineMessage[]): Promise<void> {
    const token = tokenOf(event);
    if (token === undefined) return;
    const client = await this.channels.client(scope, channelId);
    const outcome = await client.reply(token, messages);
    switch (outcome.kind) {
      case 'accepted':
        return;
      case 'unknown':
      case 'rate-limited':
        throw new Error(`A reply has no known outcome: ${outcome.kind}.`);
      case 'unauthorized':
        await this.channels.markRefused(scope, channelId);
        return this.unanswered(scope, event, 'unauthorized');
      case 'refused':
      case 'quota':
        // Also where an earlier try arrived and its answer was lost; either way there is nothing left to try.
        return this.unanswered(scope, event, 'refused_by_line', outcome);
    }
  }

  private async unanswered(scope: Scope, { id, type }: ReceivedEvent, reason: string, said: object = {}) {
    await this.audit.record(scope, 'linking.talk_unanswered', `webhook-events/${id}`, { type, reason, ...said });
  }
}

/** Undefined also in standby, where another module has the chat and we must not send. */
function tokenOf({ body }: ReceivedEvent): string | undefined {
  const { replyToken, mode } = body;
  return typeof replyToken === 'string' && replyToken !== '' && mode !== 'standby' ? replyToken : undefined;
}
