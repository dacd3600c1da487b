import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';
import type { SegmentWatcher } from './live-segment.entity.js';

export interface LiveSegment {
  segmentId: string;
  state: 'building' | 'live';
}

/** Which segments are live, and for whom. */
@Injectable()
export class LiveSegmentsRepository {
  constructor(private readonly db: Database) {}

  /** @returns whether nobody watched it before: then it is to be built */
  async addWatcher(scope: Scope, segmentId: string, by: SegmentWatcher): Promise<boolean> {
    const watcher = JSON.stringify([by]);
    const { made } = await this.db.one<{ made: boolean }>(
      scope,
      sql`insert into live_segments as l (workspace_id, segment_id, watchers, state)
          values (${scope.workspaceId}, ${segmentId}, ${watcher}::jsonb, 'building')
          on conflict (workspace_id, segment_id) do update
             set watchers = l.watchers || case when l.watchers @> excluded.watchers then '[]' else excluded.watchers end
          returning old.segment_id is null as made`,
    );
    return made;
  }

  /** @returns whether nobody is left, who was there before */
  async removeWatcher(scope: WorkspaceRef, segmentId: string, by: SegmentWatcher): Promise<boolean> {
    await this.db.execute(
      scope,
      sql`update live_segments l
             set watchers = (select coalesce(jsonb_agg(w), '[]') from jsonb_array_elements(l.watchers) w
                              where w <> ${JSON.stringify(by)}::jsonb)
           where workspace_id = ${scope.workspaceId} and segment_id = ${segmentId}`,
    );
    const deleted = await this.db.execute(
      scope,
      sql`delete from live_segments
           where workspace_id = ${scope.workspaceId} and segment_id = ${segmentId} and watchers = '[]'`,
    );
    return deleted > 0;
  }

  async watchers(scope: WorkspaceRef, segmentId: string): Promise<SegmentWatcher[]> {
    const row = await this.db.maybeOne<{ watchers: SegmentWatcher[] }>(
      scope,
      sql`select watchers from live_segments where workspace_id = ${scope.workspaceId} and segment_id = ${segmentId}`,
    );
    return row?.watchers ?? [];
  }

  async find(scope: WorkspaceRef, segmentId: string): Promise<LiveSegment | undefined> {
    return this.db.maybeOne<LiveSegment>(
      scope,
      sql`select segment_id as "segmentId", state from live_segments
           where workspace_id = ${scope.workspaceId} and segment_id = ${segmentId}`,
    );
  }

  /** Of all segments that are live or will be. */
  async ids(scope: WorkspaceRef): Promise<string[]> {
    const rows = await this.db.query<{ id: string }>(
      scope,
      sql`select segment_id as id from live_segments where workspace_id = ${scope.workspaceId} order by segment_id`,
    );
    return rows.map(({ id }) => id);
  }

  /** Of those whose members are known. */
  async liveIds(scope: WorkspaceRef): Promise<string[]> {
    const rows = await this.db.query<{ id: string }>(
      scope,
      sql`select segment_id as id from live_segments
           where workspace_id = ${scope.workspaceId} and state = 'live' order by segment_id`,
    );
    return rows.map(({ id }) => id);
  }

  /** Everybody has been judged. */
  async settle(
    scope: Scope,
    segmentId: string,
    { asOf, recomputeAt }: { asOf: Date; recomputeAt: Date | null },
  ): Promise<void> {
    await this.db.execute(
      scope,
      sql`update live_segments set state = 'live', as_of = ${asOf}, recompute_at = ${recomputeAt}, time_zone = ${scope.timeZone}
           where workspace_id = ${scope.workspaceId} and segment_id = ${segmentId}`,
    );
  }
}
