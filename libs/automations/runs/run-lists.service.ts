import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { Outcomes, type MemberSend } from '#delivery';
import { notFound, type Scope } from '#kernel';
import { Members } from '#members';
import { JourneysRepository } from '../journeys/journeys.repository.js';
import { RunListsRepository, type ListedDecision, type ListedRun } from './run-lists.repository.js';
import type { StoredRunState } from './run.entity.js';

/** @property outcome what became of what was sent, as far as delivery knows */
export type ToldDecision = ListedDecision & { outcome?: MemberSend };
export type TracedRun = ListedRun & { decisions: ToldDecision[] };

/** Who is where in a journey, and why. */
@Injectable()
export class RunLists {
  constructor(
    private readonly db: Database,
    private readonly journeys: JourneysRepository,
    private readonly members: Members,
    private readonly lists: RunListsRepository,
    private readonly outcomes: Outcomes,
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
      const byRun = Map.groupBy(await this.told(scope, memberId, decisions), ({ runId }) => runId);
      return runs.map((run) => ({ ...run, decisions: byRun.get(run.id) ?? [] }));
    });
  }

  /** A run knows that it has sent; whether the member got it, and why not, the ledger knows. */
  private async told(scope: Scope, memberId: string, decisions: readonly ListedDecision[]): Promise<ToldDecision[]> {
    const sendIds = decisions.flatMap((decision) => sendOf(decision) ?? []);
    if (sendIds.length === 0) return [...decisions];
    const sends = await this.outcomes.ofMember(scope, memberId, { sendIds, limit: sendIds.length });
    const bySend = new Map(sends.map((send) => [send.sendId, send]));
    return decisions.map((decision) => ({ ...decision, outcome: bySend.get(sendOf(decision) ?? '') }));
  }
}

function sendOf({ detail }: ListedDecision): string | undefined {
  return (detail as { sendId?: string }).sendId;
}
