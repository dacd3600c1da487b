import { VirtualClock } from '#kernel';
import type { LeasedPage } from '../ledger/leased-page.js';
import { Dice } from './dice.js';
import { Faults, type Fault, type Met } from './faults.js';
import { Invariants } from './invariants.js';
import { MemoryLeases } from './memory-ledger/memory-leases.js';
import { MemoryPages } from './memory-ledger/memory-pages.js';
import { MemorySends } from './memory-ledger/memory-sends.js';
import { MemoryTables } from './memory-ledger/tables.js';
import { MemoryLine } from './memory-line.js';
import { CHANNEL, frozen, populate, START, WORKSPACE } from './small-shop.js';
import { Steps } from './steps.js';
import { Worker, type Store, type World } from './worker.js';

const HOUR_MS = 60 * 60 * 1000;
/** Rounds after which everything must have come to its end once nothing goes wrong any more. */
const LONGEST_END = 1_500;

export interface Verdict {
  seed: number;
  /** The first thing that did not hold. */
  wrong: string | undefined;
  faults: ReadonlyMap<Met, number>;
}

/** What a schedule is played on. */
export interface Parts {
  store: Store;
  line: MemoryLine;
  tables: MemoryTables;
}

export interface ScheduleOptions {
  /** Changes how a part behaves, to break a rule and see that it is found. */
  change?: (parts: Parts) => void;
  trace?: (line: string) => void;
}

/** Everything that a seed lets happen to a few people's sends, from the first step to the end. */
export function runSchedule(seed: number, options: ScheduleOptions = {}): Promise<Verdict> {
  return new Schedule(seed, options).run();
}

function nameOf({ sendId, number, fence, attemptedAt }: LeasedPage): string {
  const again = attemptedAt ? `, maybe sent ${attemptedAt.toISOString().slice(11, 23)}` : '';
  return `${sendId.slice(-2)}/${number} fence ${fence}${again}`;
}

type Strike = keyof Schedule['strikes'];

class Schedule {
  private readonly dice: Dice;
  private readonly clock = new VirtualClock(START);
  private readonly tables = new MemoryTables();
  private readonly steps: Steps;
  private readonly faults: Faults;
  private readonly line: MemoryLine;
  private readonly invariants: Invariants;
  private readonly world: World;
  private readonly workers: Worker[] = [];
  private born = 0;
  private readonly striking: Strike[];

  constructor(
    private readonly seed: number,
    { change, trace }: ScheduleOptions,
  ) {
    const { tables, clock } = this;
    const dice = (this.dice = new Dice(seed));
    const steps = (this.steps = new Steps(clock, dice));
    const faults = (this.faults = new Faults(dice));
    steps.trace = trace;
    this.striking = (Object.keys(this.strikes) as Strike[]).filter((fault) => faults.has(fault));
    const bad = new Set<string>();
    const invariants = (this.invariants = new Invariants(tables, bad));
    const line = (this.line = new MemoryLine({ clock, dice, steps, faults }, invariants));
    populate(tables, dice, line);
    for (const userId of line.bad) bad.add(userId);
    const store = { leases: new MemoryLeases(tables), pages: new MemoryPages(tables), sends: new MemorySends(tables) };
    change?.({ store, line, tables });
    this.watch(store.leases);
    const scope = {
      workspaceId: WORKSPACE,
      actor: { kind: 'system' as const, id: 'simulator' },
      permits: new Set<string>(),
      timeZone: 'Asia/Tokyo',
      currency: 'JPY',
      clock,
    };
    this.world = { scope, channelId: CHANNEL, steps, store, line, frozen, channel: { refused: false }, invariants };
    steps.breaks = () => {
      if (faults.happens('statement failed')) return 'before';
      return faults.happens('commit answer lost') ? 'after' : null;
    };
    for (let n = dice.between(1, 2); n >= 0; n--) this.bear();
  }

  async run(): Promise<Verdict> {
    for (let round = this.dice.between(20, 150); round > 0 && this.goesOn(); round--) {
      await this.strike();
      if (this.dice.happens(0.3)) this.beginTurn();
      if (!(await this.steps.takeOne())) this.passTime();
    }
    await this.calmDown();
    if (!this.invariants.wrong) this.invariants.atTheEnd();
    return { seed: this.seed, wrong: this.invariants.wrong, faults: this.faults.counts };
  }

  private goesOn(): boolean {
    return !this.invariants.wrong && [...this.tables.sends.values()].some(({ endedAt }) => endedAt === null);
  }

  /** LINE and the machines are well again, and whatever somebody has stopped is let go. */
  private async calmDown(): Promise<void> {
    this.faults.end();
    const { sends } = this.world.store;
    for (let round = 0; this.goesOn(); round++) {
      if (round > LONGEST_END) return this.invariants.noEnd();
      this.restore();
      for (const { id, state } of this.tables.sends.values())
        if (state === 'paused') await sends.resume(this.world.scope, id);
      if (this.isDue()) this.beginTurn();
      if (!(await this.steps.takeOne())) this.passTime();
    }
  }

  private restore(): void {
    this.line.authorized = true;
    this.line.reserved = false;
    this.line.quotaLeft = Infinity;
    this.world.channel.refused = false;
  }

  private bear(): void {
    this.workers.push(new Worker(`worker ${++this.born}`, this.world));
  }

  private kill(worker: Worker): void {
    worker.kill();
    this.workers.splice(this.workers.indexOf(worker), 1);
    this.bear();
  }

  /** A worker that is free takes the channel if nobody has it. */
  private beginTurn(): void {
    if (this.world.channel.refused || this.workers.some(({ holdsLock }) => holdsLock)) return;
    const free = this.workers.filter(({ lock }) => lock === undefined);
    if (free.length > 0) this.dice.oneOf(free).begin();
  }

  /** What the sweeper asks: a page to send, or a send of which nothing is left. */
  private isDue(): boolean {
    const now = this.clock.now();
    return [...this.tables.sends.values()].some(({ id, endedAt, state }) => {
      if (endedAt || state === 'paused') return false;
      const open = this.tables.pagesOf(id).filter((page) => page.state === 'due' || page.state === 'leased');
      return open.length === 0 || open.some(({ dueAt }) => dueAt <= now);
    });
  }

  /** Nothing is on its way: on to the next moment at which something is due. */
  private passTime(): void {
    const now = this.clock.now().getTime();
    const moments = this.tables.pages.filter(({ state }) => state === 'due').map(({ dueAt }) => dueAt.getTime());
    const next = Math.min(...moments.filter((moment) => moment > now));
    if (next < Infinity && !this.isDue()) this.clock.set(new Date(next));
    this.beginTurn();
  }

  /** Whatever may happen at this moment, happens. */
  private async strike(): Promise<void> {
    for (const fault of this.striking)
      if (this.faults.strikes(fault) && (await this.strikes[fault]())) {
        this.faults.met(fault);
        this.steps.trace?.(`  ${fault}`);
      }
  }

  /** Each answers whether there was anything to strike. */
  readonly strikes = {
    'worker killed': () =>
      this.toOne(
        this.workers.filter(({ lock }) => lock),
        (worker) => this.kill(worker),
      ),
    'lock lost': () =>
      this.toOne(
        this.workers.filter(({ holdsLock }) => holdsLock),
        (worker) => this.loseLock(worker),
      ),
    pause: () => this.toOne(this.going(), (id) => this.pause(id)),
    cancel: () => this.toOne(this.going(), (id) => this.cancel(id)),
    block: () => this.toOne([...this.tables.people.values()], (person) => (person.friendState = 'blocked')),
    unlink: () => this.toOne([...this.tables.people.values()], (person) => (person.roles = [])),
    'role ended': () => this.toOne([...this.tables.people.values()], (person) => person.roles.shift()),
    '401': () => this.forAWhile(() => (this.line.authorized = false)),
    'quota spent': () => this.forAWhile(() => (this.line.quotaLeft = this.dice.between(0, 6))),
    'quota reserved': () => this.forAWhile(() => (this.line.reserved = true)),
    'hours pass': () => this.outage(this.dice.between(1, 12) * HOUR_MS),
    'a day passes': () => this.outage(this.dice.between(23, 26) * HOUR_MS),
  } satisfies Partial<Record<Fault, () => boolean | Promise<boolean>>>;

  private async toOne<T>(things: readonly T[], work: (thing: T) => unknown): Promise<boolean> {
    if (things.length === 0) return false;
    await work(this.dice.oneOf(things));
    return true;
  }

  private going(): string[] {
    return [...this.tables.sends.values()].filter(({ state }) => state === 'sending').map(({ id }) => id);
  }

  private loseLock(worker: Worker): void {
    const lock = worker.lock!;
    lock.lost = true;
    this.steps.add(worker, 'notices the lost lock', this.dice.between(0, 3_000), () => void (lock.noticed = true));
  }

  private async pause(id: string): Promise<void> {
    const { scope, store } = this.world;
    await store.sends.stop(scope, id, 'paused', null);
    this.steps.add(null, 'resumed', this.dice.between(0, 60_000), async () => {
      await store.sends.resume(scope, id);
    });
  }

  /** What Sends.cancel does in its transaction. */
  private async cancel(id: string): Promise<void> {
    const { scope, store } = this.world;
    if (await store.sends.cancel(scope, id)) await store.sends.finish(scope, { sendId: id });
  }

  private forAWhile(change: () => void): boolean {
    change();
    this.steps.add(null, 'restored', this.dice.between(0, 10 * 60_000), () => this.restore());
    return true;
  }

  /** Every process is gone, what was on its way arrives or never will, and time passes. */
  private async outage(milliseconds: number): Promise<boolean> {
    for (const worker of [...this.workers]) this.kill(worker);
    while (await this.steps.takeOne()) continue;
    this.clock.advance(milliseconds);
    this.invariants.keysMayBeForgotten = true;
    return true;
  }

  private watch(leases: MemoryLeases): void {
    const lease = leases.lease.bind(leases);
    const recover = leases.recover.bind(leases);
    leases.lease = async (...args) => {
      const pages = await lease(...args);
      for (const page of pages) this.steps.trace?.(`  leased ${nameOf(page)} for ${page.userIds().join()}`);
      this.invariants.leased(pages);
      return pages;
    };
    leases.recover = async (...args) => {
      this.invariants.beforeRecovery();
      await recover(...args);
    };
  }
}
