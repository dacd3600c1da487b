import { Injectable } from '@nestjs/common';
import { AppError, type Scope } from '#kernel';
import { Happened } from '../advancing/happened.service.js';
import { Settling } from '../advancing/settling.service.js';
import { dueAt, standsBeforeStep } from '../advancing/taken-runs.service.js';
import { describe, type Walk } from '../advancing/walk.js';
import { Isolation } from '../runs/isolation.service.js';
import { AT_ONCE, RunsRepository, type Run, type RunChange } from '../runs/runs.repository.js';
import { beforeFirstStep, type Entered } from './entering.js';

/** Runs that are looked at from the first event of their members on. */
const FROM_THE_FIRST = '0';

/** Writes runs that have begun, with all they came to at once; where that fails, they wait before their first step. */
@Injectable()
export class EnteredRuns {
  constructor(
    private readonly isolation: Isolation,
    private readonly runs: RunsRepository,
    private readonly settling: Settling,
    private readonly happened: Happened,
  ) {}

  /** In the ambient transaction. @returns whether some of them are to be looked at right away */
  async write(scope: Scope, entered: readonly Entered[]): Promise<boolean> {
    let due = false;
    await this.isolation.each(
      scope,
      entered.filter((one) => one.error === undefined),
      async (some) => {
        due = (await this.writeAll(scope, some)) || due;
      },
      async (one, error) => {
        due = true;
        await this.writeFailed(scope, one, error, error instanceof AppError);
      },
    );
    for (const one of entered) if (one.error !== undefined) await this.writeFailed(scope, one, one.error, true);
    return due;
  }

  private async writeAll(scope: Scope, entered: readonly Entered[]): Promise<boolean> {
    const now = scope.clock.now().getTime();
    const runs = await this.toRuns(scope, entered);
    const walks: Walk[] = [];
    for (const [journeyId, ofJourney] of Map.groupBy(runs, ({ one }) => one.journey.id))
      walks.push(...(await this.store(scope, journeyId, ofJourney)));
    await this.settling.settle(scope, walks);
    return runs.some(({ change }) => change.dueAt !== null && change.dueAt <= now);
  }

  /** What has happened since the start already, so that a run is to be told it at once. */
  private async toRuns(scope: Scope, entered: readonly Entered[]): Promise<EnteredRun[]> {
    const asRuns = entered.map((one, i) => runOf(one, String(i)));
    const prepared = new Map(asRuns.map((run, i) => [run.id, entered[i]!.journey.prepared]));
    const news = await this.happened.since(scope, asRuns, ({ id }) => prepared.get(id)!);
    return entered.map((one, i) => {
      const run = asRuns[i]!;
      const { happened, lookFrom } = news.get(run.id)!;
      const isNew = happened.length > 0 && run.state.ended === null;
      const change = {
        ...{ id: one.stored?.id ?? '0', memberId: run.memberId, journeyId: run.journeyId, version: run.version },
        ...{ state: run.state, decisions: run.decisions, attempts: 0 },
        lookFrom: isNew ? run.lookFrom : lookFrom,
        dueAt: isNew || standsBeforeStep(run.state) ? AT_ONCE : dueAt(run.state),
      };
      return { one, change };
    });
  }

  /** @returns the walks of those that are written; what another has started already is none */
  private async store(scope: Scope, journeyId: string, runs: readonly EnteredRun[]): Promise<Walk[]> {
    const [again, fresh] = [runs.filter(({ one }) => one.stored), runs.filter(({ one }) => !one.stored)];
    for (const { one } of again)
      await this.runs.setStart(scope, { ...one.stored!, ...versionOf(one), state: one.advance.state });
    if (again.length > 0)
      await this.runs.write(
        scope,
        again.map(({ change }) => change),
      );
    const ids =
      fresh.length === 0
        ? new Map<string, string>()
        : await this.runs.insert(
            scope,
            journeyId,
            fresh.map(({ change }) => change),
            fresh.map(({ one }) => one.key),
          );
    return runs.flatMap(({ one: { journey, memberId, advance, stored } }) => {
      const runId = stored?.id ?? ids.get(`${memberId} ${advance.state.start.seq}`);
      return runId === undefined ? [] : [{ journey, runId, memberId, decided: stored?.decisions ?? 0, advance }];
    });
  }

  /** Its steps are tried again alone, unless nothing but a person can help. */
  private async writeFailed(scope: Scope, entered: Entered, error: unknown, certain: boolean): Promise<void> {
    const one = beforeFirstStep(entered);
    const runs = await this.toRuns(scope, [one]);
    const [walk] = await this.store(scope, one.journey.id, runs);
    if (!walk) return;
    await this.settling.settle(scope, [walk]);
    const run = { memberId: walk.memberId, id: walk.runId };
    await this.runs.fail(scope, run, describe(error), certain ? null : AT_ONCE);
  }
}

interface EnteredRun {
  one: Entered;
  change: RunChange;
}

function versionOf({ journey }: Entered): { version: number } {
  return { version: journey.version };
}

/** An id of its own, as it may have none yet; and where it is to look from, which is everything for a new one. */
function runOf({ journey, memberId, key, advance, stored }: Entered, id: string): Run {
  const { state, decisions } = advance;
  return {
    ...{ id, memberId, key, state, journeyId: journey.id, version: journey.version, stored: 'waiting' },
    ...{ lookFrom: FROM_THE_FIRST, attempts: 0 },
    decisions: (stored?.decisions ?? 0) + decisions.length,
  };
}
