import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { AttentionRepository } from '../attention/attention.repository.js';
import { SpendingCeilings } from '../ceilings/ceilings.service.js';
import type { LeasedPage } from '../ledger/leased-page.js';
import type { SettledPage } from '../ledger/pages.repository.js';

/** What became of a leased page, as it is written. */
export interface Outcome extends SettledPage {
  page: LeasedPage;
  moved: readonly string[][];
}

/** Gives back what was counted for messages that did not leave: room under ceilings, and slots under caps. */
@Injectable()
export class Unsent {
  constructor(
    private readonly ceilings: SpendingCeilings,
    private readonly attention: AttentionRepository,
  ) {}

  async giveBack(scope: Scope, channelId: string, { page, own, shared, moved }: Outcome): Promise<void> {
    const never = own.filter(({ state }) => state === 'rejected' || state === 'skipped');
    if (never.length > 0) {
      const ids = never.map(({ memberId }) => memberId);
      await this.attention.giveBack(scope, page.sendId, ids);
    }
    if (shared.state === 'rejected') await this.attention.giveBackPage(scope, page);
    // After an earlier attempt that may have been executed nothing is sure.
    if (page.attemptedAt) return;
    const movedOn = moved.flat().length;
    const surely = shared.state === 'rejected' || (shared.state === 'due' && !shared.unknown);
    const messages = never.length + movedOn + (surely ? page.size - own.length - movedOn : 0);
    if (messages > 0) await this.ceilings.giveBack(scope, channelId, messages, page.leasedAt);
  }
}
