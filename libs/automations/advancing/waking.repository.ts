import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';

@Injectable()
export class RunsWakingRepository {
  constructor(private readonly db: Database) {}

  /** All workspaces that have runs to look at. */
  due(scope: null, at: Date): Promise<WorkspaceRef[]> {
    return this.db.query<WorkspaceRef>(
      scope,
      sql`select workspace_id as "workspaceId" from lookup_due_journey_runs(${at})`,
    );
  }

  /** Jobs of this name for a workspace that are not done: how many wait for a worker, and how many there are. */
  jobs(scope: WorkspaceRef, job: string): Promise<{ waiting: number; all: number }> {
    return this.db.one(
      scope,
      sql`select count(*) filter (where lease_until is null)::int as waiting, count(*)::int as all from outbox
           where workspace_id = ${scope.workspaceId} and job = ${job} and parked_at is null`,
    );
  }
}
