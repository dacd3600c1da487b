import { Injectable } from '@nestjs/common';
import { AppError, type Scope } from '#kernel';
import type { Advance } from '../machine/run.js';
import { Isolation } from '../runs/isolation.service.js';
import { AT_ONCE, RunsRepository, type Run, type RunChange } from '../runs/runs.repository.js';
import type { News } from './happened.service.js';
import type { PreparedJourney } from './prepared-journeys.js';
import { Settling } from './settling.service.js';
import { describe, type Outcome, type Walk } from './walk.js';

/** Failures in a row of which nothing says that another try is in vain. */
const MOST_ATTEMPTS = 5;
const FIRST_RETRY_MS = 2_000;

/** A run that was taken on, before anything of it is written. */
export interface Taken {
  run: Run;
  journey: PreparedJourney;
  news: News;
  outcome: Outcome<Advance>;
}

/** Walks runs as far as they go, without writing anything. */
export type WalkRuns = (runs: readonly Run[]) => Promise<Taken[]>;

/** Writes what came of runs; where that fails, only those it fails for are left behind. */
@Injectable()
export class TakenRuns {
  constructor(
    private readonly isolation: Isolation,
    private readonly runs: RunsRepository,
    private readonly settling: Settling,
  ) {}

  each(scope: Scope, runs: readonly Run[], walk: WalkRuns): Promise<void> {
    return this.isolation.each(
      scope,
      runs,
      async (some) => this.write(scope, await walk(some)),
      (run, error) => this.leaveBehind(scope, run, error, walk),
    );
  }

  /** What it came to could not be written: it is left before the first step that does something, which a person may skip. */
  private async leaveBehind(scope: Scope, run: Run, error: unknown, walk: WalkRuns): Promise<void> {
    const before = async (some: readonly Run[]) => {
      const [taken] = await walk(some);
      const advance = taken?.outcome.result && beforeItsEffects(run, taken.outcome.result);
      if (!advance) return;
      const { id: runId, memberId, decisions: decided } = run;
      await this.settling.settle(scope, [{ journey: taken.journey, runId, memberId, decided, advance }]);
      await this.runs.write(scope, [{ ...changeOf(run, taken.news, advance), attempts: run.attempts, dueAt: AT_ONCE }]);
    };
    // What stopped it may stop this as well; then it is left where it was.
    await this.isolation.each(scope, [run], before, async () => undefined);
    await this.fail(scope, run, error, error instanceof AppError);
  }

  private async write(scope: Scope, taken: readonly Taken[]): Promise<void> {
    const walks: Walk[] = [];
    const changes: RunChange[] = [];
    for (const { run, journey, news, outcome } of taken) {
      const { result: advance } = outcome;
      if (!advance) continue;
      const { id: runId, memberId, decisions: decided } = run;
      walks.push({ journey, runId, memberId, decided, advance });
      changes.push(changeOf(run, news, advance));
    }
    await this.settling.settle(scope, walks);
    if (changes.length > 0) await this.runs.write(scope, changes);
    for (const { run, outcome } of taken) if (!outcome.result) await this.fail(scope, run, outcome.error, true);
  }

  /** @param certain whether another try would fail just as well */
  private async fail(scope: Scope, run: Run, error: unknown, certain: boolean): Promise<void> {
    const again = !certain && run.attempts + 1 < MOST_ATTEMPTS;
    const inMs = FIRST_RETRY_MS * 4 ** run.attempts;
    await this.runs.fail(scope, run, describe(error), again ? scope.clock.now().getTime() + inMs : null);
  }
}

function changeOf(run: Run, { lookFrom }: News, { state, decisions }: Advance): RunChange {
  const { id, memberId, journeyId, version } = run;
  const written = { id, memberId, journeyId, version, state, lookFrom, attempts: 0 };
  return {
    ...written,
    decisions: run.decisions + decisions.length,
    dueAt: standsBeforeStep(state) ? null : dueAt(state),
  };
}

const EFFECTS: ReadonlySet<string> = new Set(['sent', 'tagged', 'untagged', 'menu_chosen', 'told']);

/** As far as it comes without doing anything to the member; undefined where that is all it does. */
function beforeItsEffects(run: Run, { state, decisions }: Advance): Advance | undefined {
  const place = decisions.findIndex(({ decision }) => EFFECTS.has(decision));
  const first = decisions[place];
  if (!first) return undefined;
  const before = { ...run.state, at: first.at, step: first.step, dueAt: null, made: state.made };
  return { state: before, effects: [], decisions: decisions.slice(0, place) };
}

/** Whether it is to go on at once. */
export function standsBeforeStep({ ended, dueAt, step }: Advance['state']): boolean {
  return ended === null && dueAt === null && step !== null;
}

/** @throws Error for a machine that stopped without a reason, which would be asked again for ever */
export function dueAt({ ended, dueAt: waitsUntil }: Advance['state']): number | null {
  if (ended !== null) return null;
  if (waitsUntil === null) throw new Error('The run neither waits nor has ended.');
  return waitsUntil;
}
