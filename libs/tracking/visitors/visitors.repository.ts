import { Injectable } from '@nestjs/common';
import { Database, sql, texts } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';

/** What somebody did on a page. */
export interface KeptEvent {
  occurredAt: Date;
  /** An event as it would be posted, without id, member and time. */
  body: Record<string, unknown>;
}

@Injectable()
export class VisitorsRepository {
  constructor(private readonly db: Database) {}

  /**
   * Notes that a visitor was here, and holds it until the ambient transaction ends.
   * @returns the company's id of the member it is; null where nobody has told us
   */
  async see(scope: Scope, visitor: Buffer): Promise<string | null> {
    const now = scope.clock.now().toISOString();
    const row = await this.db.one<{ externalId: string | null }>(
      scope,
      sql`with seen as (
            insert into visitors as v (workspace_id, visitor, first_seen_at, last_seen_at)
            values (${scope.workspaceId}, ${visitor}, ${now}::timestamptz, ${now}::timestamptz)
            on conflict (workspace_id, visitor) do update
               set last_seen_at = greatest(v.last_seen_at, excluded.last_seen_at)
            returning member_id)
          select m.external_id as "externalId" from seen s
            left join members m on m.workspace_id = ${scope.workspaceId} and m.id = s.member_id`,
    );
    return row.externalId;
  }

  /** Says who it is, and holds it until the ambient transaction ends. @param memberId members.id */
  async setMember(scope: Scope, visitor: Buffer, memberId: string): Promise<void> {
    const now = scope.clock.now().toISOString();
    await this.db.execute(
      scope,
      sql`insert into visitors (workspace_id, visitor, member_id, first_seen_at, last_seen_at)
          values (${scope.workspaceId}, ${visitor}, ${memberId}::bigint, ${now}::timestamptz, ${now}::timestamptz)
          on conflict (workspace_id, visitor) do update set member_id = excluded.member_id`,
    );
  }

  /** The company's id of a member; undefined for one that is not there. @param memberId members.id */
  async externalIdOf(scope: WorkspaceRef, memberId: string): Promise<string | undefined> {
    const row = await this.db.maybeOne<{ externalId: string }>(
      scope,
      sql`select external_id as "externalId" from members
           where workspace_id = ${scope.workspaceId} and id = ${memberId}::bigint`,
    );
    return row?.externalId;
  }

  /** Keeps what happened now; of a visitor's events only the last `most`. */
  async keep(scope: Scope, visitor: Buffer, bodies: readonly object[], most: number): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into visitor_events (workspace_id, visitor, occurred_at, body)
          select ${scope.workspaceId}, ${visitor}, ${scope.clock.now().toISOString()}::timestamptz, n.body::jsonb
            from unnest(${texts(bodies.map((body) => JSON.stringify(body)))}::text[]) with ordinality as n (body, at)
           order by n.at`,
    );
    await this.db.execute(
      scope,
      sql`delete from visitor_events
           where workspace_id = ${scope.workspaceId} and visitor = ${visitor}
             and seq <= (select seq from visitor_events
                          where workspace_id = ${scope.workspaceId} and visitor = ${visitor}
                          order by seq desc offset ${most} limit 1)`,
    );
  }

  /** Takes away all that is kept of a visitor's events. @returns them in the order of their arrival */
  take(scope: WorkspaceRef, visitor: Buffer): Promise<KeptEvent[]> {
    return this.db.query<KeptEvent>(
      scope,
      sql`with taken as (
            delete from visitor_events where workspace_id = ${scope.workspaceId} and visitor = ${visitor}
            returning seq, occurred_at, body)
          select occurred_at as "occurredAt", body from taken order by seq`,
    );
  }

  async delete(scope: WorkspaceRef, visitor: Buffer): Promise<void> {
    await this.db.execute(
      scope,
      sql`delete from visitors where workspace_id = ${scope.workspaceId} and visitor = ${visitor}`,
    );
  }

  /** @returns how many of at most `limit` events from before then it deleted */
  deleteEvents(scope: WorkspaceRef, before: Date, limit: number): Promise<number> {
    return this.db.execute(
      scope,
      sql`delete from visitor_events where workspace_id = ${scope.workspaceId} and (visitor, seq) in (
            select visitor, seq from visitor_events
             where workspace_id = ${scope.workspaceId} and occurred_at < ${before.toISOString()}::timestamptz
             order by occurred_at limit ${limit})`,
    );
  }

  /**
   * @param unknownBefore visitors of whom nobody has told us who they are and who were not here since
   * @param before visitors of any kind who were not here since
   * @returns how many of at most `limit` it deleted
   */
  deleteVisitors(scope: WorkspaceRef, unknownBefore: Date, before: Date, limit: number): Promise<number> {
    return this.db.execute(
      scope,
      sql`delete from visitors where workspace_id = ${scope.workspaceId} and visitor in (
            select visitor from visitors
             where workspace_id = ${scope.workspaceId} and last_seen_at < ${unknownBefore.toISOString()}::timestamptz
               and (member_id is null or last_seen_at < ${before.toISOString()}::timestamptz)
             order by last_seen_at limit ${limit})`,
    );
  }
}
