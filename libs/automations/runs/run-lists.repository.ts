import { Injectable } from '@nestjs/common';
import { bigints, Database, empty, sql } from '#database';
import type { WorkspaceRef } from '#kernel';
import type { StoredRunState } from './run.entity.js';

/** A run as people are shown it. */
export interface ListedRun {
  id: string;
  journeyId: string;
  /** Name of the journey. */
  journey: string;
  /** External; null of somebody who is not linked. */
  memberId: string | null;
  /** LINE's own id of somebody who is not linked; null of a member. */
  lineUserId: string | null;
  version: number;
  state: StoredRunState;
  startType: string;
  startAt: Date;
  startBody: object;
  step: string | null;
  waitsUntil: Date | null;
  sent: boolean;
  error: string | null;
  startedAt: Date;
  endedAt: Date | null;
}

export interface ListedDecision {
  runId: string;
  at: Date;
  step: string;
  decision: string;
  detail: object;
}

const runs = sql`
  select r.id, r.journey_id as "journeyId", j.name as journey, m.external_id as "memberId", u.user_id as "lineUserId", r.version, r.state,
         r.start_type as "startType", r.start_at as "startAt", r.start_body as "startBody",
         case when r.ended_at is null then r.step end as step, r.wait_until as "waitsUntil", r.sent, r.error,
         r.started_at as "startedAt", r.ended_at as "endedAt"
    from journey_runs r
    join journeys j on j.workspace_id = r.workspace_id and j.id = r.journey_id
    left join members m on m.workspace_id = r.workspace_id and m.id = r.member_id
    left join line_users u on u.workspace_id = r.workspace_id and u.id = -r.member_id`;

@Injectable()
export class RunListsRepository {
  constructor(private readonly db: Database) {}

  /** Of a journey, the newest first. @param before the id of the last one seen */
  ofJourney(
    scope: WorkspaceRef,
    journeyId: string,
    { state, before, limit }: { state?: StoredRunState; before?: string; limit: number },
  ): Promise<ListedRun[]> {
    return this.db.query<ListedRun>(
      scope,
      sql`${runs} where r.workspace_id = ${scope.workspaceId} and r.journey_id = ${journeyId}
             ${state === undefined ? empty : sql`and r.state = ${state}`}
             ${before === undefined ? empty : sql`and r.id < ${before}`}
           order by r.id desc limit ${limit}`,
    );
  }

  async get(scope: WorkspaceRef, journeyId: string, id: string): Promise<ListedRun> {
    return this.db.one<ListedRun>(
      scope,
      sql`${runs} where r.workspace_id = ${scope.workspaceId} and r.journey_id = ${journeyId} and r.id = ${id}`,
    );
  }

  /** Of a member, the newest first. @param memberId inside id @param before the id of the last one seen */
  ofMember(scope: WorkspaceRef, memberId: string, limit: number, before?: string): Promise<ListedRun[]> {
    return this.db.query<ListedRun>(
      scope,
      sql`${runs} where r.workspace_id = ${scope.workspaceId} and r.member_id = ${memberId}
             ${before === undefined ? empty : sql`and r.id < ${before}`}
           order by r.id desc limit ${limit}`,
    );
  }

  /** Of runs of one member, in their order. @param memberId inside id */
  decisions(scope: WorkspaceRef, memberId: string, runIds: readonly string[]): Promise<ListedDecision[]> {
    return this.db.query<ListedDecision>(
      scope,
      sql`select run_id as "runId", at, step, decision, detail from journey_decisions
           where workspace_id = ${scope.workspaceId} and member_id = ${memberId}
             and run_id = any(${bigints(runIds)}::bigint[])
           order by run_id, number`,
    );
  }
}
