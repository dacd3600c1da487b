import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { Database } from '#database';
import { RetryAfter } from '#jobs';
import { AppError, type Scope } from '#kernel';
import type { MessageContent } from '#messages';
import { Segments } from '#segments';
import { SendsRepository, type Send } from '../ledger/sends.repository.js';
import { storedContent } from '../ledger/stored-content.js';
import { PlanningRepository } from './planning.repository.js';
import { Slices } from './slices.service.js';

/** How long a plan keeps its place in the lane before others get it. */
const TURN_MS = 10_000;
/** LINE could not be asked about the content. */
const ASK_AGAIN_MS = 5_000;

/**
 * Turns a send into pages. Each step commits on its own and is found done by whoever comes after a death: the content's
 * check, the audience, each slice of it. Pages of a slice are sent while the next is planned.
 */
@Injectable()
export class Planning {
  constructor(
    private readonly db: Database,
    private readonly repository: PlanningRepository,
    private readonly sends: SendsRepository,
    private readonly segments: Segments,
    private readonly channels: Channels,
    private readonly slices: Slices,
  ) {}

  /** @throws RetryAfter where there is more to do later */
  async plan(scope: Scope, sendId: string): Promise<void> {
    const send = await this.sends.find(scope, sendId);
    if (!send || send.plannedAt) return;
    const content = storedContent(send);
    if (!(await this.prepare(scope, send, content))) return;
    const began = performance.now();
    while (await this.slices.planNext(scope, send, content)) {
      if (performance.now() - began >= TURN_MS) throw new RetryAfter(0, 'planning goes on');
    }
  }

  /** The content is checked and the audience named. @returns false where that ended the send */
  private async prepare(scope: Scope, send: Send, content: MessageContent): Promise<boolean> {
    // LINE need not be asked about what it is not going to be sent.
    const known = send.checkedAt !== null || content.unfit !== undefined || send.state === 'cancelled';
    if (!known && !(await this.checkWithLine(scope, send, content))) return false;
    await this.repository.ensureStatistics(scope);
    try {
      await this.nameAudience(scope, send);
      return true;
    } catch (error) {
      // What the rule refers to is gone: trying again would not bring it back.
      if (!(error instanceof AppError)) throw error;
      await this.sends.stop(scope, send.id, 'failed', { code: 'delivery.rule_refused', detail: error.message });
      return false;
    }
  }

  /** LINE's own opinion, before anybody is sent anything; it costs no quota. */
  private async checkWithLine(scope: Scope, send: Send, content: MessageContent): Promise<boolean> {
    if ((await this.channels.get(scope, send.channelId)).refusedAt)
      throw new RetryAfter(ASK_AGAIN_MS, 'LINE refuses the credentials of the channel');
    const client = await this.channels.client(scope, send.channelId);
    const answer = await client.validate(content.personalised ? 'push' : 'multicast', content.sample());
    if (!('kind' in answer)) {
      if (answer.ok) {
        await this.sends.markChecked(scope, send.id);
        return true;
      }
      const detail = answer.errors.map(({ property, message }) => `${property ?? ''} ${message}`.trim()).join('; ');
      await this.sends.stop(scope, send.id, 'failed', { code: 'delivery.content_refused', detail });
      return false;
    }
    if (answer.kind === 'unauthorized') await this.channels.markRefused(scope, send.channelId);
    throw new RetryAfter(ASK_AGAIN_MS, 'LINE could not be asked about the content');
  }

  /** Asks the rule once. Who cancels before that has named nobody. */
  private nameAudience(scope: Scope, { id, rule, asOf }: Send): Promise<void> {
    return this.db.transaction(scope, async () => {
      const held = await this.repository.hold(scope, id);
      if (held?.audience !== null || held.state !== 'planning' || rule === null) return;
      await this.repository.nameAudience(scope, id, await this.segments.condition(scope, rule, asOf));
    });
  }
}
