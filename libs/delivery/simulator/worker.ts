import type { Audit } from '#audit';
import type { Channels } from '#channels';
import type { Database } from '#database';
import type { Scope, VirtualClock } from '#kernel';
import { Pace, type LineChannelClient } from '#line';
import { Leaving } from '../hours/leaving.js';
import type { LeasedPage } from '../ledger/leased-page.js';
import type { LeasesRepository } from '../ledger/leases.repository.js';
import type { PagesRepository } from '../ledger/pages.repository.js';
import type { SendsRepository } from '../ledger/sends.repository.js';
import { askLine, type Quotas } from '../quota/quotas.service.js';
import { ChannelTurn } from '../sending/channel-turn.js';
import { Courier } from '../sending/courier.js';
import type { FrozenContent } from '../sending/frozen-content.js';
import { pumpBeside, type PumpOptions } from '../sending/pump.js';
import { SpentQuota } from '../sending/spent-quota.service.js';
import type { Unsent } from '../sending/unsent.service.js';
import type { Invariants } from './invariants.js';
import type { MemoryLeases } from './memory-ledger/memory-leases.js';
import type { MemoryPages } from './memory-ledger/memory-pages.js';
import type { MemorySends } from './memory-ledger/memory-sends.js';
import type { MemoryLine } from './memory-line.js';
import type { Life, Steps } from './steps.js';

const LOOK_EVERY_MS = 300;
const PAUSE_MS = 1_000;
const NOBODY = '00000000-0000-0000-0000-000000000000';

/** The store, as all workers see it. */
export interface Store {
  leases: MemoryLeases;
  pages: MemoryPages;
  sends: MemorySends;
}

/** What workers have in common. */
export interface World {
  scope: Scope & { clock: VirtualClock };
  channelId: string;
  steps: Steps;
  store: Store;
  line: MemoryLine;
  frozen: Pick<FrozenContent, 'of'>;
  channel: { refused: boolean };
  invariants: Invariants;
}

/** A turn of a worker, and the lock that it holds, or thinks it holds. */
interface Lock {
  lost: boolean;
  /** The process has seen that it is lost. */
  noticed: boolean;
}

/** One process that sends: the product's courier, pump and turn, over a store and a LINE in memory. */
export class Worker implements Life {
  alive = true;
  lock?: Lock;
  private readonly courier: Courier;
  private readonly leases: LeasesRepository;
  private readonly pages: PagesRepository;
  private readonly sends: SendsRepository;
  private readonly client: LineChannelClient;
  private readonly paces: { push: Pace; multicast: Pace };

  constructor(
    readonly name: string,
    private readonly world: World,
  ) {
    const { steps, store, line, frozen, channel, scope } = world;
    const ticks = {
      now: () => scope.clock.now().getTime(),
      after: (inMs: number, then: () => void) => void steps.add(this, 'pace', inMs, then),
    };
    this.paces = { push: new Pace(60, ticks), multicast: new Pace(20, ticks) };
    this.leases = this.stepwise<LeasesRepository>(store.leases);
    this.sends = this.stepwise<SendsRepository>(store.sends);
    this.client = line.clientOf(this) as LineChannelClient;
    const db = {
      transaction: <T>(_scope: Scope, work: () => Promise<T>) => steps.statement(this, 'transaction', work),
    };
    this.pages = this.stepwise<PagesRepository>(store.pages);
    const quotas = { of: () => askLine(this.client) };
    const audit = { record: async () => undefined };
    const markRefused = () => steps.statement(this, 'markRefused', async () => void (channel.refused = true));
    this.courier = new Courier(
      db as Database,
      this.pages,
      frozen as FrozenContent,
      { markRefused } as unknown as Channels,
      new SpentQuota(db as Database, quotas as unknown as Quotas, this.pages, this.sends, audit as unknown as Audit),
      { giveBack: async () => undefined } as unknown as Unsent,
    );
  }

  /** Whether another worker may have the channel. */
  get holdsLock(): boolean {
    return this.lock !== undefined && !this.lock.lost;
  }

  /** Begins a turn. What fails in it is tried again in another, as the job is. */
  begin(): void {
    const lock = { lost: false, noticed: false };
    this.lock = lock;
    void this.turn(lock).then(
      () => (this.lock = undefined),
      (error: unknown) => {
        if (!/database is gone/.test(String(error))) this.world.invariants.fail(`a turn failed: ${String(error)}`);
        this.lock = undefined;
      },
    );
  }

  kill(): void {
    this.alive = false;
    this.world.steps.dropAllOf(this);
  }

  /** What Drain.turn does. */
  private async turn(lock: Lock): Promise<void> {
    const { scope, channelId } = this.world;
    await this.leases.recover(scope, channelId);
    const options = {
      scope,
      channelId,
      client: this.client,
      paces: this.paces,
      mine: () => !lock.noticed,
      leaving: new Leaving({ quietHours: null, timeZone: scope.timeZone, clock: scope.clock, marginMs: 0 }),
      othersWait: async () => false,
    };
    const turn = new ChannelTurn(options, this.leases, this.pages);
    await this.during(turn, () => pumpBeside([this.pumping(turn, false, 16), this.pumping(turn, true, 2)]));
    await this.sends.finish(scope, { channelId });
  }

  /** ChannelTurn.during by the schedule's time. */
  private async during(turn: ChannelTurn, work: () => Promise<void>): Promise<void> {
    const { steps } = this.world;
    let over = false;
    const lookLater = () =>
      void steps.add(this, 'looks around', LOOK_EVERY_MS, async () => {
        if (over) return;
        void turn['look']().then(lookLater);
      });
    await turn['look']();
    lookLater();
    await work().finally(() => (over = true));
    if (turn['failure']) throw turn['failure'].error;
  }

  private pumping(turn: ChannelTurn, personalised: boolean, limit: number): PumpOptions<LeasedPage> {
    const { scope, channelId, steps } = this.world;
    let after = NOBODY;
    return {
      atOnce: () => 1_000,
      weightOf: ({ size }) => size,
      lease: async () => {
        const items = await this.leases.lease(scope, { channelId, personalised, limit, after, open: turn.open() });
        for (const page of items) {
          turn.watch(page);
          after = page.sendId;
        }
        return { items, later: turn.morePagesCome(personalised) };
      },
      deliver: (page) => this.courier.deliver(turn, page),
      over: () => turn.over(),
      pause: () => new Promise((resolve) => void steps.add(this, 'pause', PAUSE_MS, resolve)),
    };
  }

  /** A repository of which each call is a statement that happens when the schedule says so. */
  private stepwise<Repository extends object>(memory: Partial<Repository>): Repository {
    const { steps } = this.world;
    return new Proxy(memory as Repository, {
      get:
        (of, name) =>
        (...args: unknown[]) => {
          const method = Reflect.get(of, name) as (...args: unknown[]) => Promise<unknown>;
          return steps.statement(this, String(name), () => method.apply(of, args));
        },
    });
  }
}
