import { Injectable } from '@nestjs/common';
import { bigints, Database, sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';

/** What became of marks. */
export interface Marked {
  /** Whether they were made. */
  live: boolean;
  /** Whether nobody had asked for a job yet. */
  asked: boolean;
  /** Whether one was asked for, which does not begin before the ambient transaction ends. */
  held: boolean;
}

/** Whom to judge, and when. */
@Injectable()
export class MarksRepository {
  constructor(private readonly db: Database) {}

  /** Marks members where anything is live, and asks for them to be judged as `ClocksRepository` does. */
  async add(scope: Scope, memberIds: readonly string[]): Promise<Marked> {
    const mine = sql`workspace_id = ${scope.workspaceId}::uuid`;
    return this.db.one<Marked>(
      scope,
      sql`with live as (select from live_segments where ${mine} limit 1),
               marked as (insert into live_segment_marks (workspace_id, member_id, due_at)
                 select ${scope.workspaceId}::uuid, n.id, ${scope.clock.now()}::timestamptz
                   from live cross join unnest(${bigints(memberIds)}::bigint[]) n (id) order by n.id
                     on conflict do nothing),
               asked as (update live_segment_clocks set judging_asked = true
                          where ${mine} and not judging_asked and exists (select from live) returning judging_asked),
               held as (select judging_asked from live_segment_clocks
                         where ${mine} and judging_asked and exists (select from live) for share)
          select exists (select from live) as live, exists (select from asked) as asked, exists (select from held) as held`,
    );
  }

  /** Marks everybody of whom something is stored that does not exist yet. */
  async addAllWithFuture(scope: Scope, asOf: Date): Promise<void> {
    const after = sql`${asOf}::timestamptz`;
    const mine = sql`workspace_id = ${scope.workspaceId}`;
    await this.db.execute(
      scope,
      sql`insert into live_segment_marks (workspace_id, member_id, due_at)
          select ${scope.workspaceId}, ahead.id, ${after}
            from (select id from members
                   where ${mine} and (last_purchase_at >= ${after} or last_visit_at >= ${after} or registered_at >= ${after})
                  union select member_id from links where ${mine} and ended_at is null and linked_at >= ${after}
                  union select member_id from page_views where ${mine} and viewed_at >= ${after}) ahead
           order by ahead.id on conflict do nothing`,
    );
  }

  /** Forgets whom to judge; for a workspace in which nothing is live. */
  async clear(scope: WorkspaceRef): Promise<void> {
    await this.db.execute(scope, sql`delete from live_segment_marks where workspace_id = ${scope.workspaceId}`);
  }

  /** Workspaces in which somebody is to be judged, and since when. */
  due(scope: null, at: Date): Promise<{ workspaceId: string; dueAt: Date }[]> {
    return this.db.query(
      scope,
      sql`select workspace_id as "workspaceId", due_at as "dueAt" from lookup_live_segment_marks(${at})`,
    );
  }

  /** Segments that the calendar has made mean something else. */
  toRecompute(scope: null, at: Date): Promise<{ workspaceId: string; segmentId: string }[]> {
    return this.db.query(
      scope,
      sql`select workspace_id as "workspaceId", segment_id as "segmentId" from lookup_live_segments_to_recompute(${at})`,
    );
  }

  /** Whether a job of a workspace, or of one of its segments, is on its way. */
  async isOnItsWay(scope: WorkspaceRef & { segmentId?: string }, job: string): Promise<boolean> {
    const { workspaceId, segmentId = null } = scope;
    const row = await this.db.maybeOne(
      scope,
      sql`select id from outbox where workspace_id = ${workspaceId} and job = ${job} and parked_at is null
             and (${segmentId}::text is null or payload ->> 'segmentId' = ${segmentId}) limit 1`,
    );
    return row !== undefined;
  }
}
