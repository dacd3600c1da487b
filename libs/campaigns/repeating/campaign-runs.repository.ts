import { Injectable } from '@nestjs/common';
import { Database, empty, sql } from '#database';
import type { SendProblem } from '#delivery';
import type { Scope, WorkspaceRef } from '#kernel';
import type { StoredRunState } from './campaign-run.entity.js';
import type { RunState } from './runs.dto.js';

export interface CampaignRun {
  occursAt: Date;
  state: RunState;
  sendId: string | null;
  problem: SendProblem | null;
  startedAt: Date | null;
  endedAt: Date | null;
}

/** What became of an occurrence. */
export interface NewRun {
  occursAt: Date;
  state: StoredRunState;
  sendId?: string;
  problem?: SendProblem;
}

@Injectable()
export class CampaignRunsRepository {
  constructor(private readonly db: Database) {}

  /** @throws the key's violation where the occurrence has had its run */
  async add(scope: Scope, campaignId: string, { occursAt, state, sendId, problem }: NewRun): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into campaign_runs (workspace_id, campaign_id, occurs_at, state, send_id, problem, created_at)
          values (${scope.workspaceId}, ${campaignId}, ${occursAt}, ${state}, ${sendId ?? null},
                  ${problem ? JSON.stringify(problem) : null}, ${scope.clock.now()})`,
    );
  }

  /** @throws the key's violation where one of the occurrences has had its run */
  async addMissed(scope: Scope, campaignId: string, occurrences: readonly Date[]): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into campaign_runs (workspace_id, campaign_id, occurs_at, state, created_at)
          select ${scope.workspaceId}, ${campaignId}, occurs_at, 'missed', ${scope.clock.now()}
            from unnest(${occurrences.map((at) => at.toISOString())}::timestamptz[]) occurs_at`,
    );
  }

  async any(scope: WorkspaceRef, campaignId: string): Promise<boolean> {
    const { found } = await this.db.one<{ found: boolean }>(
      scope,
      sql`select exists (select from campaign_runs
                          where workspace_id = ${scope.workspaceId} and campaign_id = ${campaignId}) as found`,
    );
    return found;
  }

  /** The newest first. @param before the instant of the last one seen */
  list(scope: WorkspaceRef, campaignId: string, limit: number, before?: string): Promise<CampaignRun[]> {
    return this.db.query<CampaignRun>(
      scope,
      sql`select r.occurs_at as "occursAt", case r.state when 'started' then s.state else r.state end as state,
                 r.send_id as "sendId", coalesce(s.problem, r.problem) as problem, s.created_at as "startedAt",
                 s.ended_at as "endedAt"
            from campaign_runs r
            left join sends s on s.workspace_id = r.workspace_id and s.id = r.send_id
           where r.workspace_id = ${scope.workspaceId} and r.campaign_id = ${campaignId}
             ${before === undefined ? empty : sql`and r.occurs_at < ${before}::timestamptz`}
           order by r.occurs_at desc limit ${limit}`,
    );
  }
}
