import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { notFound, type Scope } from '#kernel';
import { Members } from '#members';
import { JourneysRepository } from '../journeys/journeys.repository.js';
import { RunListsRepository, type ListedDecision, type ListedRun } from './run-lists.repository.js';
import type { StoredRunState } from './run.entity.js';

export type TracedRun = ListedRun & { decisions: ListedDecision[] };

/** Who is where in a journey, and why. */
@Injectable()
export class RunLists {
  constructor(
    private readonly db: Database,
    private readonly journeys: JourneysRepository,
    private readonly members: Members,
    private readonly lists: RunListsRepository,
  ) {}

  /** The newest first. @throws AppError 404 for the journey */
  ofJourney(
    scope: Scope,
    journeyId: string,
    question: { state?: StoredRunState; before?: string; limit: number },
  ): Promise<ListedRun[]> {
    return this.db.transaction(scope, async () => {
      if (!(await this.journeys.find(scope, journeyId))) throw notFound('journey');
      return this.lists.ofJourney(scope, journeyId, question);
    });
  }

  get(scope: Scope, journeyId: string, id: string): Promise<ListedRun> {
    return this.lists.get(scope, journeyId, id);
  }

  /** What journeys have done with a member and why, the newest first. @throws AppError 404 for the member */
  ofMember(scope: Scope, externalId: string, limit: number, before?: string): Promise<TracedRun[]> {
    return this.db.transaction(scope, async () => {
      const memberId = (await this.members.find(scope, [externalId])).get(externalId);
      if (memberId === undefined) throw notFound('member');
      const runs = await this.lists.ofMember(scope, memberId, limit, before);
      const decisions = await this.lists.decisions(
        scope,
        memberId,
        runs.map(({ id }) => id),
      );
      const byRun = Map.groupBy(decisions, ({ runId }) => runId);
      return runs.map((run) => ({ ...run, decisions: byRun.get(run.id) ?? [] }));
    });
  }
}
