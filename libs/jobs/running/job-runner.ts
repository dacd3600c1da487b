import { Inject, Injectable, Logger } from '@nestjs/common';
import { AppError } from '#kernel';
import { LANE_NAMES, type Lane } from '../lanes.js';
import { OutboxRepository, type ClaimedRow, type Instants } from '../outbox/outbox.repository.js';
import { Relay } from '../queue/relay.js';
import { togetherKey } from '../queue/wake-up.js';
import { nextOccurrence } from '../schedules/occurrence.js';
import { Clocks } from './clocks.js';
import { Execution } from './execution.js';
import { HandlerBook, type Handler } from './handler-book.js';
import { LEASE_MS } from './leases.js';
import { outcomeOf, type Outcome } from './outcome.js';

/** One run of one row. */
export interface Ran {
  id: string;
  job: string;
  /** `gone`: another run had ended it, and this one did nothing. */
  outcome: 'done' | 'gone' | Outcome['kind'];
  /** What the handler threw. */
  thrown?: unknown;
}

/** A row that could run now. */
export interface DueRow {
  id: string;
  lane: Lane;
  /** Key of the rows with which it may share a run. */
  together?: string;
}

/** Where the jitter of retries comes from: 0 ≤ x < 1. */
export const RANDOM = Symbol('jobs.random');

/** Runs rows of the outbox. Told about a row too late, twice, or out of turn, it does nothing. */
@Injectable()
export class JobRunner {
  /** How many runs ended in which way since the process began. */
  readonly totals: Record<Ran['outcome'], number> = { done: 0, gone: 0, later: 0, parked: 0 };
  private readonly log = new Logger(JobRunner.name);

  constructor(
    private readonly outbox: OutboxRepository,
    private readonly handlers: HandlerBook,
    private readonly execution: Execution,
    private readonly relay: Relay,

    private readonly clocks: Clocks,
    @Inject(RANDOM) private readonly random: () => number,
  ) {}

  /** Runs a row if it is due and nobody else has it; undefined if there was nothing to run. */
  async run(id: string): Promise<Ran | undefined> {
    const row = await this.outbox.claim(null, id, this.instants(), LEASE_MS);
    return row && this.runClaimed(row);
  }

  async runClaimed(row: ClaimedRow): Promise<Ran> {
    const ran = await this.attempt(row);
    this.totals[ran.outcome] += 1;
    await this.wakeNext(row);
    return ran;
  }

  /** The oldest rows that could run now, of all lanes together. */
  async due(mostPerLane: number): Promise<DueRow[]> {
    await this.clocks.recount();
    const rows = await this.outbox.due(null, LANE_NAMES, this.instants(), mostPerLane);
    return rows.map(({ id, lane, job, workspaceId }) => {
      const mayShare = workspaceId !== null && this.handlers.find(job)?.together;
      return { id, lane, together: mayShare ? togetherKey(job, { workspaceId }) : undefined };
    });
  }

  /** Whether something waits for a place in the lane. */
  async isAwaited(lane: Lane): Promise<boolean> {
    return (await this.due(1)).some((row) => row.lane === lane);
  }

  /** Now, by both clocks. */
  instants(): Instants {
    return this.clocks.instants();
  }

  private async attempt(row: ClaimedRow): Promise<Ran> {
    const { id, job } = row;
    const handler = this.handlers.find(job);
    try {
      if (!handler) throw new NoHandlerHere();
      if (row.attempts > handler.attempts) throw new AppError('jobs.died', 500, 'Its process died each time it ran.');
      const mine = await this.execution.run(handler, row);
      if (row.recurring) await this.outbox.recur(null, row, nextOccurrence(handler.schedule!, this.clocks.now()), null);
      return { id, job, outcome: mine ? 'done' : 'gone' };
    } catch (thrown) {
      const outcome = await this.recordFailure(row, handler, thrown);
      return { id, job, outcome, thrown };
    }
  }

  /** The handler's own transaction has rolled back; this is another one. */
  private async recordFailure(
    row: ClaimedRow,
    handler: Handler | undefined,
    thrown: unknown,
  ): Promise<Outcome['kind']> {
    const attempt = { number: row.attempts, most: handler?.attempts ?? UNKNOWN_JOB_ATTEMPTS, random: this.random() };
    const outcome = outcomeOf(thrown, attempt);
    const now = this.clocks.now();
    const what = `${row.job} ${row.id}, attempt ${row.attempts}: ${outcome.error ?? 'asked to run later'}`;
    if (outcome.kind === 'parked') this.log.error(`Parked ${what}`);
    else if (outcome.counted) this.log.warn(`Failed ${what}`);

    const next = handler?.schedule && nextOccurrence(handler.schedule, now);
    if (next && (outcome.kind === 'parked' || now.getTime() + outcome.inMs >= next.dueAt.getTime())) {
      await this.outbox.recur(null, row, next, outcome.error);
      return outcome.kind;
    }
    await this.outbox.fail(row.scope, row, outcome, now);
    if (outcome.kind === 'later' && handler) {
      this.relay.wake([{ ids: [row.id], lane: handler.lane, inMs: outcome.inMs }]);
    }
    return outcome.kind;
  }

  /** Those that had to wait for this row may have used up their wake-ups. */
  private async wakeNext(row: ClaimedRow): Promise<void> {
    if (row.oneAtATime === null) return;
    const next = await this.outbox.next(null, row.job, row.oneAtATime, this.clocks.now());
    if (next) this.relay.wake([{ ids: [next.id], lane: next.lane }]);
  }
}

class NoHandlerHere extends Error {
  override readonly name = 'NoHandlerHere';
}

/** A newer version's job, seen by a worker of the older one in the middle of a deployment: plenty of time. */
const UNKNOWN_JOB_ATTEMPTS = 10;
