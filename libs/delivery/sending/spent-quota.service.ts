import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import type { LeasedPage } from '../ledger/leased-page.js';
import { PagesRepository } from '../ledger/pages.repository.js';
import { SendsRepository } from '../ledger/sends.repository.js';
import { Quotas } from '../quota/quotas.service.js';
import type { FrozenSend } from './frozen-content.js';
import { AFTER_QUOTA_MS } from './outcome.js';
import type { Turn } from './turn.js';

/** What follows when LINE says that the month's messages are used up. */
@Injectable()
export class SpentQuota {
  constructor(
    private readonly db: Database,
    private readonly quotas: Quotas,
    private readonly pages: PagesRepository,
    private readonly sends: SendsRepository,
    private readonly audit: Audit,
  ) {}

  /** They are spent, or LINE only keeps them for another delivery: then later is soon enough. */
  async heed(turn: Turn, page: LeasedPage, { send, content }: FrozenSend): Promise<void> {
    const { scope, channelId } = turn;
    turn.stopSend(send.id, AFTER_QUOTA_MS);
    const quota = await this.quotas.of(scope, channelId, { ask: true });
    const needed = content.personalised ? 1 : page.size;
    const left = quota?.limit == null ? Infinity : Math.max(0, quota.limit - quota.used);
    if (left >= needed) {
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
