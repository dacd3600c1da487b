import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { LINE_LIMITS } from '#line';
import { BULK_SETTLES_MS } from '../assignments/menu-decisions.service.js';
import { JudgingRepository } from '../assignments/judging.repository.js';
import { Judging } from '../assignments/judging.service.js';
import { MenuChannelsRepository } from '../rules/menu-channels.repository.js';
import type { MenuMoves } from '../rules/menu-moves.js';
import { FEW, LOOK_AFTER_MS } from './people.service.js';
import { SweepingRepository, type GivenPage, type Peeked, type Slice } from './sweeping.repository.js';

export interface PeekedSlice extends Slice, Peeked {}

/** How a channel's people are read. */
export interface Sight {
  /** Menus that can be given. */
  menuIds: string[];
  /** Where it is known without a judgement who should see another menu. */
  moves?: MenuMoves;
}

/** The people of a channel, part by part: whom the rules give another menu, and what became of them. */
@Injectable()
export class Slices {
  /** The first of a channel's people are few, so that LINE is soon asked; then more at a time are read with less work. */
  readonly sizes = { first: 5_000, others: 20_000 };

  constructor(
    private readonly db: Database,
    private readonly judging: Judging,
    private readonly judged: JudgingRepository,
    private readonly channels: MenuChannelsRepository,
    private readonly repository: SweepingRepository,
  ) {}

  /** One slice after the other, to whoever asks next; undefined after the last. */
  of(scope: Scope, channelId: string): () => Promise<Slice | undefined> {
    let last: Promise<Slice | undefined> = Promise.resolve({ after: '0', upTo: '0' });
    return () => (last = last.then((slice) => slice && this.following(scope, channelId, slice.upTo)));
  }

  /** Looks whom of a slice the rules give another menu, and writes nothing. */
  async peek(scope: Scope, channelId: string, slice: Slice, { menuIds, moves }: Sight): Promise<PeekedSlice> {
    const pages = { menuIds, few: FEW, size: LINE_LIMITS.richMenus.bulkRecipients };
    return this.db.transaction(scope, async () => {
      if (moves) return { ...slice, ...(await this.repository.follow(scope, { channelId, moves }, slice, pages)) };
      const channel = await this.channels.find(scope, channelId);
      if (!channel) return { ...slice, changed: 0, pages: [] };
      const question = await this.judging.question(scope, channel);
      return { ...slice, ...(await this.repository.peek(scope, question, slice, pages)) };
    });
  }

  /** Judges them and writes it down, with what they have been given since. */
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

  private async following(scope: Scope, channelId: string, after: string): Promise<Slice | undefined> {
    const size = after === '0' ? this.sizes.first : this.sizes.others;
    const upTo = await this.judged.sliceEnd(scope, channelId, after, size);
    return upTo === undefined ? undefined : { after, upTo };
  }
}
