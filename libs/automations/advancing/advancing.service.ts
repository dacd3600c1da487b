import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { driveAll } from '../machine/drive.js';
import { resume } from '../machine/machine.js';
import { RunsRepository, type Run } from '../runs/runs.repository.js';
import { Answers } from './answers.service.js';
import { Happened } from './happened.service.js';
import { PreparedJourneys, versionKey } from './prepared-journeys.js';
import { TakenRuns, type Taken } from './taken-runs.service.js';
import { countingItself, guarded } from './walk.js';

/** Runs taken on in one transaction: about a fifth of a second in which others wait for their members. */
export const BATCH = 1_000;

/** Takes due runs on. What a run comes to and where it is then commit together, so each step happens once. */
@Injectable()
export class Advancing {
  constructor(
    private readonly db: Database,
    private readonly runs: RunsRepository,
    private readonly journeys: PreparedJourneys,
    private readonly happened: Happened,
    private readonly answers: Answers,
    private readonly taken: TakenRuns,
  ) {}

  /** Takes on the runs that have been due longest, but those that somebody else has. @returns whether there may be more */
  async batch(scope: Scope): Promise<boolean> {
    return this.db.transaction(scope, async () => {
      const claimed = await this.runs.claim(scope, BATCH);
      const first = onePerMember(claimed);
      await this.taken.each(scope, first, (runs) => this.walk(scope, runs));
      return claimed.length === BATCH || first.length < claimed.length;
    });
  }

  /** Walks runs as far as they go now, without writing anything. */
  private async walk(scope: Scope, runs: readonly Run[]): Promise<Taken[]> {
    const versions = await this.journeys.all(scope, runs);
    const journeyOf = (run: Run) => versions.get(versionKey(run))!;
    const news = await this.happened.since(scope, runs, (run) => journeyOf(run).prepared);
    const now = scope.clock.now().getTime();
    const taken: Taken[] = [];
    for (const [key, ofVersion] of Map.groupBy(runs, versionKey)) {
      const journey = versions.get(key)!;
      const walks = ofVersion.map((run) => {
        const { happened } = news.get(run.id)!;
        return guarded(countingItself(resume(journey.prepared, run.state, { happened, now }), journey.prepared));
      });
      const outcomes = await driveAll(walks, (questions) => this.answers.answer(scope, journey.id, questions));
      for (const [i, run] of ofVersion.entries())
        taken.push({ run, journey, news: news.get(run.id)!, outcome: outcomes[i]! });
    }
    return taken;
  }
}

/** Decisions of a journey about a member build on each other, so of several runs the others wait for the next batch. */
function onePerMember(runs: readonly Run[]): Run[] {
  const first = new Map<string, Run>();
  for (const run of runs) {
    const key = `${run.journeyId} ${run.memberId}`;
    if (!first.has(key)) first.set(key, run);
  }
  return [...first.values()];
}
