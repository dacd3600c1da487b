import { Injectable } from '@nestjs/common';
import { Channels } from '#channels';
import { Database } from '#database';
import { Audit } from '#audit';
import type { LeasedPage } from '../ledger/leased-page.js';
import { PagesRepository } from '../ledger/pages.repository.js';
import { SendsRepository } from '../ledger/sends.repository.js';
import { FrozenContent, type FrozenSend } from './frozen-content.js';
import { sendMulticast, untouched, type PageResult } from './multicast.js';
import { sendPushes } from './push.js';
import { AFTER_QUOTA_MS } from './outcome.js';
import { quotaLeft } from './quota.js';
import type { Turn } from './turn.js';

/** Takes a leased page to LINE and writes down what became of it. */
@Injectable()
export class Courier {
  constructor(
    private readonly db: Database,
    private readonly pages: PagesRepository,
    private readonly sends: SendsRepository,
    private readonly frozen: FrozenContent,
    private readonly channels: Channels,
    private readonly audit: Audit,
  ) {}

  async deliver(turn: Turn, page: LeasedPage): Promise<void> {
    const frozen = await this.frozen.of(turn.scope, page.sendId);
    const result = await (frozen.content.personalised ? sendPushes : sendMulticast)(turn, page, frozen);
    if (result.halt?.of === 'channel') await this.stopChannel(turn);
    if (result.halt?.of === 'send') await turn.once(page.sendId, () => this.heedQuota(turn, page, frozen));
    await this.settle(turn, page, result);
  }

  /** Writes back a page that was leased and not begun. */
  async giveBack(turn: Turn, page: LeasedPage): Promise<void> {
    await this.settle(turn, page, untouched(turn, page));
  }

  /** All of a page at once, unless somebody else has leased it since: then they write what becomes of it. */
  private async settle({ scope }: Turn, page: LeasedPage, { own, moved, shared }: PageResult): Promise<void> {
    await this.db.transaction(scope, async () => {
      if (moved.length > 0 && !(await this.pages.hold(scope, page))) return;
      for (const group of moved) await this.pages.moveToNewPage(scope, page, group);
      await this.pages.settle(scope, page, own, shared);
    });
  }

  private async stopChannel(turn: Turn): Promise<void> {
    turn.stopChannel();
    await this.channels.markRefused(turn.scope, turn.channelId);
  }

  /** The month's messages are spent, or LINE only keeps them for another delivery: then later is soon enough. */
  private async heedQuota(turn: Turn, page: LeasedPage, { send, content }: FrozenSend): Promise<void> {
    const { scope, client } = turn;
    turn.stopSend(send.id, AFTER_QUOTA_MS);
    const left = await quotaLeft(client);
    const needed = content.personalised ? 1 : page.size;
    if (left === undefined || left >= needed) {
      await this.pages.postpone(scope, send.id, turn.dueAgainAt(send.id));
      return;
    }
    const detail = `LINE allows ${left} more messages this month.`;
    await this.db.transaction(scope, async () => {
      const problem = { code: 'delivery.quota_spent', detail, quotaLeft: left };
      if (!(await this.sends.stop(scope, send.id, 'paused', problem))) return;
      await this.audit.record(scope, 'delivery.paused_by_quota', `sends/${send.id}`, { quotaLeft: left });
    });
  }
}
