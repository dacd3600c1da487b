import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Database } from '#database';
import { notFound, type Scope } from '#kernel';
import { PreparedJourneys } from '../advancing/prepared-journeys.js';
import { RunsWaking } from '../advancing/runs-waking.service.js';
import { wrongRunState } from '../journeys/journeys.errors.js';
import type { Decision, Prepared, RunState } from '../machine/run.js';
import { AT_ONCE, RunsRepository, type Run } from './runs.repository.js';
import { TraceRepository } from './trace.repository.js';

/** What a person decides about a run, beside the machine. */
@Injectable()
export class Runs {
  constructor(
    private readonly db: Database,
    private readonly runs: RunsRepository,
    private readonly trace: TraceRepository,
    private readonly journeys: PreparedJourneys,
    private readonly waking: RunsWaking,
    private readonly audit: Audit,
  ) {}

  /** A parked run makes its step again. @throws AppError 404, 409 unless it is parked */
  retry(scope: Scope, journeyId: string, id: string): Promise<void> {
    return this.decide(scope, { journeyId, id, wanted: 'retried', of: ['failed'] }, ({ state }) => state);
  }

  /** A run goes on after the step that it is parked at or waits in. @throws AppError 404, 409 once it has ended */
  skip(scope: Scope, journeyId: string, id: string): Promise<void> {
    return this.decide(
      scope,
      { journeyId, id, wanted: 'skipped', of: ['failed', 'waiting'] },
      ({ state }, prepared) => {
        const step = stepAfter(prepared, state.step);
        const at = Math.max(state.at, scope.clock.now().getTime());
        return { ...state, at, step, dueAt: null, ended: step === null ? 'done' : null };
      },
    );
  }

  /** A run ends where it is. @throws AppError 404, 409 once it has ended */
  stop(scope: Scope, journeyId: string, id: string): Promise<void> {
    return this.decide(scope, { journeyId, id, wanted: 'stopped', of: ['failed', 'waiting'] }, ({ state }) => {
      return { ...state, at: Math.max(state.at, scope.clock.now().getTime()), dueAt: null, ended: 'stopped' };
    });
  }

  private decide(
    scope: Scope,
    { journeyId, id, wanted, of }: { journeyId: string; id: string; wanted: string; of: Run['stored'][] },
    change: (run: Run, prepared: Prepared) => RunState,
  ): Promise<void> {
    return this.db.transaction(scope, async () => {
      const run = await this.runs.hold(scope, journeyId, id);
      if (!run) throw notFound('run');
      if (!of.includes(run.stored)) throw wrongRunState(run.stored, wanted);
      const { prepared } = await this.journeys.get(scope, journeyId, run.version);
      const state = change(run, prepared);
      const dueAt = state.ended === null ? AT_ONCE : null;
      await this.runs.write(scope, [{ ...run, state, dueAt, attempts: 0, decisions: run.decisions + 1 }]);
      await this.note(scope, run, { at: state.at, step: run.state.step ?? 'start', decision: wanted });
      await this.audit.record(scope, `journeys.run_${wanted}`, `journeys/${journeyId}/runs/${id}`);
      if (dueAt !== null) await this.waking.wake(scope);
    });
  }

  private note({ actor, ...scope }: Scope, run: Run, decision: Omit<Decision, 'detail'>): Promise<void> {
    const { id: runId, memberId, decisions } = run;
    const detail = { by: actor.kind, id: actor.id };
    return this.trace.add({ actor, ...scope }, [{ ...decision, detail, runId, memberId, number: decisions + 1 }]);
  }
}

/** Where a run goes on that a step is spared; null: it is done. */
function stepAfter({ definition: { steps } }: Prepared, id: string | null): string | null {
  const place = steps.findIndex((step) => step.id === id);
  const step = steps[place];
  return step === undefined ? null : (step.next ?? steps[place + 1]?.id ?? null);
}
