import { Injectable, type BeforeApplicationShutdown } from '@nestjs/common';
import { Database } from '#database';
import type { Scope } from '#kernel';
import type { LeasedPage } from '../ledger/leased-page.js';
import { LeasesRepository } from '../ledger/leases.repository.js';
import { SendsRepository } from '../ledger/sends.repository.js';
import type { ChannelTurn } from './channel-turn.js';
import { Courier } from './courier.js';
import { Leasing } from './leasing.service.js';
import { pumpBeside, type PumpOptions } from './pump.js';
import { Turns } from './turns.service.js';

/**
 * Full pages leased in one statement, and pages on their way at the same time: of one channel, or of all that have a turn
 * in this process together. More than it can see to would only wait in it, and whatever is urgent behind them.
 */
const MULTICAST = { personalised: false, lease: 16, atOnce: 48, weightOf: () => 1 };
/**
 * A personalised page is a request a person, so people are counted. Many pages of one person each are what journeys send:
 * they weigh more than one, which bounds the requests at the same time.
 */
const PUSH = { personalised: true, lease: 2, atOnce: 1_000, weightOf: ({ size }: LeasedPage) => Math.max(size, 4) };
/** How soon to look again for pages that are being planned; and for others, while something is on its way. */
const PLANNING_PAUSE_MS = 30;
const LOOK_PAUSE_MS = 250;
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** Whoever holds this lock is the only sender of a channel. */
export function channelLock(channelId: string): string {
  return `delivery.drain ${channelId}`;
}

/** Sends what is due on a channel, a turn at a time; then others get the lane. */
@Injectable()
export class Drain implements BeforeApplicationShutdown {
  private shuttingDown = false;
  /** Channels of which this process has the turn. */
  private readonly busy = new Set<string>();
  constructor(
    private readonly db: Database,
    private readonly turns: Turns,
    private readonly leases: LeasesRepository,
    private readonly leasing: Leasing,
    private readonly sends: SendsRepository,
    private readonly courier: Courier,
  ) {}

  /** Lets requests that have begun end, and begins no more. */
  beforeApplicationShutdown(): void {
    this.shuttingDown = true;
  }

  /** Whether this process has a turn there now: who is woken beside it need not ask Postgres. */
  isAt(channelId: string): boolean {
    return this.busy.has(channelId);
  }

  /**
   * One turn.
   * @returns whether this process had the channel, and so has to see to it that somebody goes on
   */
  async run(scope: Scope, channelId: string): Promise<boolean> {
    const had = await this.db.withLock(channelLock(channelId), async (lock) => {
      this.busy.add(channelId);
      try {
        return await this.turn(scope, channelId, () => lock.held() && !this.shuttingDown);
      } finally {
        this.busy.delete(channelId);
      }
    });
    return had ?? false;
  }

  private async turn(scope: Scope, channelId: string, mine: () => boolean): Promise<boolean> {
    if (this.shuttingDown || (await this.turns.isRefused(scope, channelId))) return false;
    await this.leases.recover(scope, channelId);
    const turn = await this.turns.begin(scope, channelId, mine);
    // Both endpoints have rates of their own, so neither waits for the other.
    await turn.during(() => pumpBeside([this.pumping(turn, MULTICAST), this.pumping(turn, PUSH)]));
    await this.sends.finish(scope, { channelId });
    return true;
  }

  private pumping(turn: ChannelTurn, kind: typeof MULTICAST | typeof PUSH): PumpOptions<LeasedPage> {
    const { personalised, lease, atOnce, weightOf } = kind;
    const { scope, channelId } = turn;
    const turns = () => Math.max(1, this.busy.size);
    let after = NOBODY;
    return {
      atOnce: () => atOnce / turns(),
      weightOf,
      lease: async () => {
        const items = await this.leasing.lease(scope, {
          channelId,
          personalised,
          limit: Math.ceil(lease / turns()),
          after,
          open: turn.open(),
        });
        for (const page of items) {
          turn.watch(page);
          after = page.sendId;
        }
        return { items, later: turn.morePagesCome(personalised) };
      },
      deliver: (page) => this.courier.deliver(turn, page),
      over: () => turn.over(),
      pause: () =>
        new Promise((resolve) => {
          setTimeout(resolve, turn.morePagesCome(personalised) ? PLANNING_PAUSE_MS : LOOK_PAUSE_MS);
        }),
    };
  }
}
