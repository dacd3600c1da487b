import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { LINE_LIMITS } from '#line';
import { JudgingRepository } from '../assignments/judging.repository.js';
import { Judging } from '../assignments/judging.service.js';
import { BULK_SETTLES_MS } from '../assignments/menu-decisions.service.js';
import { MenuChannelsRepository } from '../rules/menu-channels.repository.js';
import { FEW, LOOK_AFTER_MS } from './people.service.js';
import { SweepingRepository, type GivenPage, type Page, type Slice } from './sweeping.repository.js';

/** The first of a channel's people are few, so that LINE is soon asked; then more at a time are read with less work. */
const FIRST_SLICE = 5_000;
export const SLICE = 20_000;

export interface PeekedSlice extends Slice {
  /** How many of them should see another menu. */
  changed: number;
  pages: Page[];
}

/** The people of a channel, part by part: whom the rules give another menu, and what became of them. */
@Injectable()
export class Slices {
  constructor(
    private readonly db: Database,
    private readonly judging: Judging,
    private readonly judged: JudgingRepository,
    private readonly channels: MenuChannelsRepository,
    private readonly repository: SweepingRepository,
  ) {}

  /**
   * Judges the next people and writes nothing.
   * @param after the last of those before, line_users.id
   * @param menuIds menus that can be given
   * @returns undefined after the last
   */
  async peek(scope: Scope, channelId: string, after: string, menuIds: string[]): Promise<PeekedSlice | undefined> {
    return this.db.transaction(scope, async () => {
      const channel = await this.channels.find(scope, channelId);
      const size = after === '0' ? FIRST_SLICE : SLICE;
      const upTo = channel && (await this.judged.sliceEnd(scope, channelId, after, size));
      if (upTo === undefined) return undefined;
      const question = await this.judging.question(scope, channel!);
      const pages = { menuIds, few: FEW, size: LINE_LIMITS.richMenus.bulkRecipients };
      return { after, upTo, ...(await this.repository.peek(scope, question, { after, upTo }, pages)) };
    });
  }

  /** Judges them again and writes it down, with what they have been given since. */
  async settle(scope: Scope, channelId: string, slice: Slice, given: GivenPage[]): Promise<void> {
    const from = scope.clock.now().getTime();
    const at = {
      carriedOut: new Date(from - BULK_SETTLES_MS),
      settlesAt: new Date(from + BULK_SETTLES_MS),
      lookAt: new Date(from + LOOK_AFTER_MS),
    };
    await this.db.transaction(scope, async () => {
      await this.judged.claim(scope, channelId);
      const channel = await this.channels.find(scope, channelId);
      if (!channel) return;
      await this.repository.settle(scope, await this.judging.question(scope, channel), { slice, given, at });
    });
  }
}
