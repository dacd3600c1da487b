import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';
import type { TellRef } from '../automations.jobs.js';

/** A run at its webhook step, as others are told of it. */
export interface ToldRun {
  journeyId: string;
  version: number;
  journey: string;
  /** External; null of somebody who is not linked. */
  memberId: string | null;
  /** Milliseconds since 1970. */
  at: number;
  startType: string;
  startAt: Date;
  startBody: object;
}

@Injectable()
export class TellingRepository {
  constructor(private readonly db: Database) {}

  find(scope: WorkspaceRef, { memberId, runId, number }: TellRef): Promise<ToldRun | undefined> {
    return this.db.maybeOne<ToldRun>(
      scope,
      sql`select r.journey_id as "journeyId", r.version, j.name as journey, m.external_id as "memberId",
                 (extract(epoch from d.at) * 1000)::float8 as at, r.start_type as "startType", r.start_at as "startAt",
                 r.start_body as "startBody"
            from journey_runs r
            join journeys j on j.workspace_id = r.workspace_id and j.id = r.journey_id
            left join members m on m.workspace_id = r.workspace_id and m.id = r.member_id
            join journey_decisions d on d.workspace_id = r.workspace_id and d.member_id = r.member_id
                 and d.run_id = r.id and d.number = ${number}
           where r.workspace_id = ${scope.workspaceId} and r.member_id = ${memberId} and r.id = ${runId}`,
    );
  }
}
