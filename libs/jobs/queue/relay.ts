import { AsyncLocalStorage } from 'node:async_hooks';
import { Inject, Injectable, Logger, type BeforeApplicationShutdown } from '@nestjs/common';
import type { Queue } from 'bullmq';
import { LANE_NAMES, type Lane } from '../lanes.js';
import { WAKE_DEADLINE_MS } from './connection.js';
import { within } from './deadline.js';
import { Gathering } from './gathering.js';
import type { Wake, WakeUp } from './wake-up.js';

/** All lanes' queues. */
export const QUEUES = Symbol('QUEUES');
export type Queues = ReadonlyMap<Lane, Queue<WakeUp>>;

/** Answers a wake-up in this process, if there is room: it then does not take the way through the queue. */
export type AnswersHere = (wakeUp: WakeUp) => boolean;

/** Wake-ups ahead of their time fill the queue for nothing; the sweeper is never later than its own interval. */
const HORIZON_MS = 10_000;
const MOST_AT_ONCE = 500;
/** On Postgres each bulk makes a temporary table, which takes as long as so many single ones. */
const WORTH_A_BULK = 20;

/**
 * Tells the queue that rows are due. It promises nothing: the row is committed, and what is lost here the sweeper
 * finds. What arrives while a call is under way goes together in the next one.
 */
@Injectable()
export class Relay implements BeforeApplicationShutdown {
  private readonly log = new Logger(Relay.name);
  private readonly waiting = new Map<Lane, Wake[]>(LANE_NAMES.map((lane) => [lane, []]));
  private readonly flushing = new Map<Lane, Promise<void>>();
  private readonly here = new Map<Lane, AnswersHere>();
  private readonly gathering = new Gathering((wake) => this.pass(wake));
  /** What is answered here belongs to nobody's request or transaction. */
  private readonly outside = AsyncLocalStorage.snapshot();
  private reachable = true;
  private closed = false;

  constructor(@Inject(QUEUES) private readonly queues: Queues) {}

  wake(wakes: readonly Wake[]): void {
    if (this.closed) return;
    for (const wake of wakes) {
      const { inMs = 0, name, together } = wake;
      if (inMs > HORIZON_MS) continue;
      if (together !== undefined && inMs <= 0 && name === undefined) this.gathering.add(together, wake);
      else this.pass(wake);
    }
  }

  /** From now on this process answers wake-ups of the lane for which it has room. */
  answerHere(lane: Lane, answers: AnswersHere): void {
    this.here.set(lane, answers);
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
    // Nothing begins here any more.
    this.here.clear();
    this.gathering.flush();
    this.closed = true;
    await this.idle();
  }

  private pass(wake: Wake): void {
    const { lane, inMs = 0 } = wake;
    const answers = this.here.get(lane);
    if (inMs <= 0 && answers && this.outside(() => answers(toWakeUp(wake)))) return;
    this.waiting.get(lane)?.push(wake);
    if (!this.flushing.has(lane)) this.flushing.set(lane, this.flush(lane));
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

  private async send(lane: Lane, wakes: Wake[]): Promise<boolean> {
    try {
      await within(WAKE_DEADLINE_MS, addAll(this.queue(lane), wakes));
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

function addAll(queue: Queue<WakeUp>, wakes: readonly Wake[]): Promise<unknown> {
  const jobs = wakes.map((wake) => ({
    name: 'wake',
    data: toWakeUp(wake),
    opts: { delay: Math.max(0, wake.inMs ?? 0), jobId: wake.name },
  }));
  if (jobs.length >= WORTH_A_BULK) return queue.addBulk(jobs);
  return Promise.all(jobs.map(({ name, data, opts }) => queue.add(name, data, opts)));
}

function toWakeUp({ ids, together }: Wake): WakeUp {
  return { ids: [...ids], together };
}
