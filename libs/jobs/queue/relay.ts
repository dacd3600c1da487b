import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { LANE_NAMES, type Lane } from '../lanes.js';
import { WAKE_DEADLINE_MS } from './connection.js';
import { within } from './deadline.js';

/** What travels through the queue: an id and nothing else. */
export interface WakeUp {
  id: string;
}

export interface Wake {
  id: string;
  lane: Lane;
  /** Milliseconds from now; what is due later than the horizon is left to the sweeper. */
  inMs?: number;
  /** While a wake-up of this name waits or is being answered, another one changes nothing. */
  name?: string;
}

/** All lanes' queues. */
export const QUEUES = Symbol('QUEUES');
export type Queues = ReadonlyMap<Lane, Queue<WakeUp>>;

/** Wake-ups ahead of their time fill the queue for nothing; the sweeper is never later than its own interval. */
const HORIZON_MS = 10_000;
const MOST_AT_ONCE = 500;

/**
 * Tells the queue that rows are due. It promises nothing: the row is committed, and what is lost here the sweeper
 * finds. What arrives while a call is under way goes together in the next one.
 */
@Injectable()
export class Relay implements BeforeApplicationShutdown {
  private readonly log = new Logger(Relay.name);
  private readonly waiting = new Map<Lane, Wake[]>(LANE_NAMES.map((lane) => [lane, []]));
  private readonly flushing = new Map<Lane, Promise<void>>();
  private reachable = true;
  private closed = false;

  constructor(@Inject(QUEUES) private readonly queues: Queues) {}

  wake(wakes: readonly Wake[]): void {
    if (this.closed) return;
    for (const wake of wakes) {
      if ((wake.inMs ?? 0) > HORIZON_MS) continue;
      this.waiting.get(wake.lane)?.push(wake);
      if (!this.flushing.has(wake.lane)) this.flushing.set(wake.lane, this.flush(wake.lane));
    }
  }

  /** Until what has been given so far is on its way, or has been given up. */
  async idle(): Promise<void> {
    while (this.flushing.size > 0) await Promise.all(this.flushing.values());
  }

  /** How many wake-ups of a lane nobody has answered yet. */
  async unanswered(lane: Lane): Promise<number> {
    const counts = within(WAKE_DEADLINE_MS, this.queue(lane).getJobCounts('waiting', 'prioritized'));
    return Object.values(await counts).reduce((sum, count) => sum + count, 0);
  }

  async beforeApplicationShutdown(): Promise<void> {
    this.closed = true;
    await this.idle();
  }

  private queue(lane: Lane): Queue<WakeUp> {
    return this.queues.get(lane)!;
  }

  private async flush(lane: Lane): Promise<void> {
    // Gives the rest of this turn of the event loop time to add to the batch.
    await Promise.resolve();
    const waiting = this.waiting.get(lane)!;
    while (waiting.length > 0) {
      const sent = await this.send(lane, waiting.splice(0, MOST_AT_ONCE));
      // What piles up while nobody answers is found by the sweeper.
      if (!sent) waiting.length = 0;
    }
    this.flushing.delete(lane);
  }

  private add(queue: Queue<WakeUp>, jobs: Parameters<Queue<WakeUp>['addBulk']>[0]): Promise<unknown> {
    // On Postgres each bulk makes a temporary table, which one job is not worth.
    const [first] = jobs;
    return jobs.length === 1 && first ? queue.add(first.name, first.data, first.opts) : queue.addBulk(jobs);
  }

  private async send(lane: Lane, wakes: Wake[]): Promise<boolean> {
    const jobs = wakes.map(({ id, inMs = 0, name }) => ({
      name: 'wake',
      data: { id },
      opts: { delay: Math.max(0, inMs), jobId: name },
    }));
    try {
      await within(WAKE_DEADLINE_MS, this.add(this.queue(lane), jobs));
      if (!this.reachable) this.log.log('The queue can be reached again.');
      this.reachable = true;
      return true;
    } catch (error) {
      // Once per outage, not once per row.
      if (this.reachable) this.log.warn(`The queue cannot be reached; the sweeper goes on. ${String(error)}`);
      this.reachable = false;
      return false;
    }
  }
}
