import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { RetryAfter } from '#jobs';
import type { Scope } from '#kernel';
import type { MessageContent } from '#messages';
import { SendsRepository, type Send } from '../ledger/sends.repository.js';

/** LINE could not be asked about the content. */
const ASK_AGAIN_MS = 5_000;

/** LINE's own opinion of what a send says, before anybody is sent anything; it costs no quota. */
@Injectable()
export class ContentCheck {
  constructor(
    private readonly sends: SendsRepository,
    private readonly channels: Channels,
  ) {}

  /** @returns false where LINE refuses it, which has ended the send @throws RetryAfter where LINE could not be asked */
  async pass(scope: Scope, send: Send, contents: readonly MessageContent[]): Promise<boolean> {
    const unfit = contents.some((content) => content.unfit !== undefined);
    // LINE need not be asked about what it is not going to be sent.
    if (send.checkedAt !== null || unfit || send.state === 'cancelled') return true;
    if ((await this.channels.get(scope, send.channelId)).refusedAt)
      throw new RetryAfter(ASK_AGAIN_MS, 'LINE refuses the credentials of the channel');
    for (const content of contents) {
      const refusal = await this.refusalOf(scope, send, content);
      if (refusal === undefined) continue;
      await this.sends.stop(scope, send.id, 'failed', { code: 'delivery.content_refused', detail: refusal });
      return false;
    }
    await this.sends.markChecked(scope, send.id);
    return true;
  }

  private async refusalOf(scope: Scope, send: Send, content: MessageContent): Promise<string | undefined> {
    const client = await this.channels.client(scope, send.channelId);
    const answer = await client.validate(send.personalised ? 'push' : 'multicast', content.sample());
    if ('kind' in answer) {
      if (answer.kind === 'unauthorized') await this.channels.markRefused(scope, send.channelId);
      throw new RetryAfter(ASK_AGAIN_MS, 'LINE could not be asked about the content');
    }
    if (answer.ok) return undefined;
    return answer.errors.map(({ property, message }) => `${property ?? ''} ${message}`.trim()).join('; ');
  }
}
