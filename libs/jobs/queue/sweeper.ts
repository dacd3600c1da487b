import { Injectable, Logger, type BeforeApplicationShutdown, type OnApplicationBootstrap } from '@nestjs/common';
import { LANE_NAMES } from '../lanes.js';
import { JobRunner, type DueRow } from '../running/job-runner.js';
import { LEASE_MS, machine } from '../running/leases.js';
import { Relay } from './relay.js';
import type { Wake } from './wake-up.js';

const EVERY_MS = 2_000;
/** While there is more than a page to wake. */
const BUSY_MS = 250;
/** Rows a lane is woken for at a time; with as many wake-ups unanswered it is not short of work. */
const PAGE = 500;
/** Rows that share a wake-up; they may be large, and then run one after the other within their lease. */
const SWEPT_TOGETHER = 20;

/**
 * Finds what is due and was not woken, whatever became of its wake-up: lost with the queue, due only now, or held by a
 * process that died. One in each worker; what several of them wake at the same time is one wake-up.
 */
@Injectable()
export class Sweeper implements OnApplicationBootstrap, BeforeApplicationShutdown {
  /** When the last sweep came to its end, by the machine's clock: a worker that does not sweep is not well. */
  sweptAt?: Date;
  private readonly log = new Logger(Sweeper.name);
  private timer?: NodeJS.Timeout;
  private sweeping: Promise<void> = Promise.resolve();
  private stopped = false;

  constructor(
    private readonly runner: JobRunner,
    private readonly relay: Relay,
  ) {}

  onApplicationBootstrap(): void {
    this.sweepAfter(0);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.stopped = true;
    clearTimeout(this.timer);
    await this.sweeping;
  }

  /** @returns whether there may be more than was woken */
  async sweep(): Promise<boolean> {
    const due = await this.runner.due(PAGE);
    const lanes = LANE_NAMES.map((lane) => due.filter((row) => row.lane === lane)).filter(({ length }) => length > 0);
    for (const rows of lanes) {
      if ((await this.relay.unanswered(rows[0]!.lane)) >= PAGE) continue;
      this.relay.wake(wakesOf(rows));
    }
    this.sweptAt = machine.now();
    return lanes.some(({ length }) => length >= PAGE);
  }

  private sweepAfter(milliseconds: number): void {
    this.timer = setTimeout(() => {
      this.sweeping = this.sweepAndGoOn();
    }, milliseconds).unref();
  }

  private async sweepAndGoOn(): Promise<void> {
    let more = false;
    try {
      more = await this.sweep();
    } catch (error) {
      this.log.warn(`Could not sweep. ${String(error)}`);
    }
    if (!this.stopped) this.sweepAfter(more ? BUSY_MS : EVERY_MS);
  }
}

/** What may share a run shares a wake-up. */
function wakesOf(rows: readonly DueRow[]): Wake[] {
  const groups = Map.groupBy(rows, ({ id, together }) => together ?? id);
  return [...groups.values()].flatMap((group) => {
    const { lane, together } = group[0]!;
    const ids = group.map(({ id }) => id);
    return Array.from({ length: Math.ceil(ids.length / SWEPT_TOGETHER) }, (_, n) => {
      const some = ids.slice(n * SWEPT_TOGETHER, (n + 1) * SWEPT_TOGETHER);
      return { ids: some, lane, together, name: nameOfWakeUp(some[0]!) };
    });
  });
}

/**
 * The same for all sweepers, so that a row that waits is not woken again and again; another one after each lease, so
 * that a wake-up which died with its worker is not waited for.
 */
function nameOfWakeUp(id: string): string {
  return `row-${id}-${Math.floor(machine.now().getTime() / LEASE_MS)}`;
}
