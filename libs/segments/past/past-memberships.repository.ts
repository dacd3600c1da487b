import { Injectable } from '@nestjs/common';
import { bigints, Database, empty, join, raw, sql, type Sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';
import type { Dated, DatesOfMember } from './turning-moments.js';

/** Dates that members have. */
@Injectable()
export class PastMembershipsRepository {
  constructor(private readonly db: Database) {}

  /** By member, of those who exist. */
  async dates(scope: Scope, memberIds: readonly string[], asks: readonly Dated[]): Promise<Map<string, DatesOfMember>> {
    const columns = asks.map((dated) => sql`, ${millis(datesOf(scope)[dated])} as ${raw(dated)}`);
    const rows = await this.db.query<DatesOfMember & { memberId: string }>(
      scope,
      sql`select n.member_id as "memberId"${columns.length > 0 ? join(columns, '') : empty}
            from unnest(${bigints(memberIds)}::bigint[]) as n (member_id)`,
    );
    return new Map(rows.map(({ memberId, ...dates }) => [memberId, dates]));
  }
}

/** Queries of the dates of the member `n.member_id`. */
function datesOf({ workspaceId }: WorkspaceRef): Record<Dated, Sql> {
  const mine = sql`workspace_id = ${workspaceId}::uuid and member_id = n.member_id`;
  return {
    purchases: sql`select unnest(ordered_at) from purchase_histories where ${mine}`,
    visits: sql`select unnest(visited_at) from visit_histories where ${mine}`,
    views: sql`select viewed_at from page_views where ${mine}`,
    links: sql`select linked_at from links where ${mine} and ended_at is null`,
    registrations: sql`select registered_at from members
      where workspace_id = ${workspaceId}::uuid and id = n.member_id and registered_at is not null`,
  };
}

function millis(dates: Sql): Sql {
  return sql`array(select (extract(epoch from d.at) * 1000)::float8 from (${dates}) d (at))`;
}
