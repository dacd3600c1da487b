import type { INestApplicationContext } from '@nestjs/common';
import { JobRunner, Scheduler, type Ran } from '#jobs';

/** More runs than any story has; a handler that always wakes itself would never come to an end. */
const MOST_RUNS = 10_000;

export interface DrainOptions {
  /** Whether runs may fail, as they do in specs about failure. Otherwise the first one that does is thrown. */
  failures?: 'throw' | 'allow';
  /** Whether schedules run too. One is first planned, for its next occurrence, and due when the clock gets there. */
  schedules?: boolean;
}

/**
 * Runs everything that is due by the app's clock, oldest first and one at a time, also what that enqueues, until nothing
 * is left. What is due later stays: turn the clock and drain again. Made for an app with `JobsModule` and `work: false`.
 * @returns what ran, in order
 * @throws Error when a run is parked or fails, with what its handler threw as the cause
 */
export async function drainJobs(
  app: INestApplicationContext,
  { failures = 'throw', schedules = false }: DrainOptions = {},
): Promise<Ran[]> {
  const runner = app.get(JobRunner, { strict: false });
  if (schedules) await app.get(Scheduler, { strict: false }).plan();
  const all: Ran[] = [];
  for (;;) {
    const ran = await runDue(runner);
    all.push(...ran);
    const failed = ran.find(({ outcome, thrown }) => outcome === 'parked' || isFailure(thrown));
    if (failed && failures === 'throw') throw new Error(`${failed.job} failed.`, { cause: failed.thrown });
    if (ran.length === 0) return all;
    if (all.length > MOST_RUNS)
      throw new Error(`Still not drained after ${all.length} runs, the last of ${all.at(-1)!.job}.`);
  }
}

async function runDue(runner: JobRunner): Promise<Ran[]> {
  const ran: Ran[] = [];
  for (const { id } of await runner.due(MOST_RUNS)) {
    const run = await runner.run(id);
    if (run) ran.push(run);
  }
  return ran;
}

/** Asking to run later is not a failure. */
function isFailure(thrown: unknown): boolean {
  return thrown !== undefined && (thrown as Error).name !== 'RetryAfter';
}
