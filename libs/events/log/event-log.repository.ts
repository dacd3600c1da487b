import { Injectable } from '@nestjs/common';
import { bigints, Database, empty, prepared, sql, type Sql } from '#database';
import type { WorkspaceRef } from '#kernel';

/** An event as it was posted. */
export interface LoggedEvent {
  /** Order of arrival, as digits. */
  seq: string;
  id: string;
  type: string;
  /** members.id; null for what happens to nobody. */
  memberId: string | null;
  /** When it happened; milliseconds since 1970. */
  at: number;
  /** When it was stored; milliseconds since 1970. */
  receivedAt: number;
  /** The fields of its type. */
  body: Record<string, unknown>;
}

const columns = sql`e.seq, e.id, e.type, e.member_id as "memberId", (extract(epoch from e.occurred_at) * 1000)::float8 as at,
  (extract(epoch from e.received_at) * 1000)::float8 as "receivedAt", e.body`;

@Injectable()
export class EventLogRepository {
  constructor(private readonly db: Database) {}

  /** In order of (occurred_at, seq). */
  since(scope: WorkspaceRef, { memberIds, fromSeq, types }: EventsOf): Promise<LoggedEvent[]> {
    // One probe of the index a member: joined as sets, Postgres may read all that came after `fromSeq`.
    return this.db.query<LoggedEvent>(
      scope,
      prepared(sql`select ${columns} from unnest(${bigints(memberIds)}::bigint[]) as n (member_id)
           cross join lateral (
             select * from events
              where workspace_id = ${scope.workspaceId} and member_id = n.member_id and seq >= ${fromSeq}::bigint
                and type = any(${types}::text[]) offset 0) e
           order by e.occurred_at, e.seq`),
    );
  }

  /** In order of (occurred_at, seq). */
  ofNobody(scope: WorkspaceRef, { fromSeq, types }: Omit<EventsOf, 'memberIds'>): Promise<LoggedEvent[]> {
    return this.db.query<LoggedEvent>(
      scope,
      sql`select ${columns} from events e
           where e.workspace_id = ${scope.workspaceId} and e.member_id is null and e.seq >= ${fromSeq}::bigint
             and e.type = any(${types}::text[])
           order by e.occurred_at, e.seq`,
    );
  }

  /** In order of (member_id, occurred_at, seq). */
  ofMembers(scope: WorkspaceRef, { afterMember, members, types, from, to }: MemberRange): Promise<LoggedEvent[]> {
    const only = (condition: Sql | false) => (condition ? sql`and ${condition}` : empty);
    const wanted = sql`workspace_id = ${scope.workspaceId} and type = any(${types}::text[])
      ${only(from !== undefined && sql`occurred_at >= ${from}`)}
      ${only(to !== undefined && sql`occurred_at < ${to}`)}`;
    const next = (after: Sql) =>
      sql`(select member_id from events where ${wanted} and member_id > ${after} order by member_id limit 1)`;
    // From one member to the next by the index, so that nobody's events are read to find out who has some.
    return this.db.query<LoggedEvent>(
      scope,
      sql`with recursive someone (member_id, n) as (
            select ${next(sql`${afterMember}::bigint`)}, 1
            union all
            select ${next(sql`s.member_id`)}, n + 1 from someone s where s.member_id is not null and n < ${members}::int)
          select ${columns} from someone s
           cross join lateral (select * from events where ${wanted} and member_id = s.member_id offset 0) e
           order by e.member_id, e.occurred_at, e.seq`,
    );
  }
}

/** Events that have arrived since. */
export interface EventsOf {
  /** members.id */
  memberIds: readonly string[];
  /** events.seq of the first that may be among them. */
  fromSeq: string;
  types: readonly string[];
}

/** So many members in the order of their ids, of those who have such events. */
export interface MemberRange {
  /** members.id after which to go on; `0` to begin. */
  afterMember: string;
  members: number;
  types: readonly string[];
  /** Events that happened at or after it, and before it. */
  from?: Date;
  to?: Date;
}
