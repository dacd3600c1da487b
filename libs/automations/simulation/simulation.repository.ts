import { Injectable } from '@nestjs/common';
import { bigints, Database, empty, sql, type Sql } from '#database';
import { valueSql } from '#delivery';
import type { Scope, WorkspaceRef } from '#kernel';
import type { VariableValues } from '#messages';
import type { DateStart } from '../definition/starts.js';
import type { Period } from './period.js';
import type { KnownLink, KnownOptOut } from './reachability.js';
import type { Person } from './person.js';

/** Members in the order of their ids. */
export interface Next {
  /** members.id after which to go on; `0` to begin. */
  after: string;
  most: number;
}

/** That a member was tied to a LINE user, or no longer. */
export interface Tie {
  memberId: string;
  linkId: string;
  change: 'linked' | 'unlinked';
  /** Milliseconds since 1970. */
  at: number;
  role: string;
  route: string;
  channelId: string;
  /** By a takeover, which starts nothing: the member was linked before. */
  moved: boolean;
}

export interface OptOut extends KnownOptOut {
  memberId: string;
  id: string;
}

/** What of a member decides when their day comes; null where it is not known or not asked for. */
export interface Days {
  memberId: string;
  /** `MM-DD` */
  birthday: string | null;
  birthMonth: number | null;
  /** What the attribute says. */
  date: string | null;
}

interface LinkOfMember extends KnownLink {
  memberId: string;
}

/** Ends by these are none: the member has another link instead. */
const MOVED = ['taken_over', 'takeover_undone'];
const millis = (column: Sql) => sql`(extract(epoch from ${column}) * 1000)::float8`;
const given = (ids: readonly string[]) => sql`unnest(${bigints(ids)}::bigint[]) as n (member_id)`;

/** What a simulation reads; it writes nothing. */
@Injectable()
export class SimulationRepository {
  constructor(private readonly db: Database) {}

  /** Nothing can be written in the ambient transaction from here on. */
  async readOnly(scope: WorkspaceRef): Promise<void> {
    await this.db.execute(scope, sql`set transaction read only`);
  }

  /** By members.id, or minus line_users.id. */
  async people(scope: WorkspaceRef, memberIds: readonly string[]): Promise<Map<string, Person>> {
    const rows = await this.db.query<{ id: string; externalId: string | null; userId: string | null }>(
      scope,
      sql`select n.member_id as id, m.external_id as "externalId", u.user_id as "userId" from ${given(memberIds)}
            left join lateral (select external_id from members
                                where workspace_id = ${scope.workspaceId} and id = n.member_id limit 1) m on true
            left join lateral (select user_id from line_users where n.member_id < 0
                                  and workspace_id = ${scope.workspaceId} and id = -n.member_id limit 1) u on true`,
    );
    const people = new Map<string, Person>();
    for (const { id, externalId, userId } of rows)
      if (externalId !== null) people.set(id, { externalId });
      else if (userId !== null) people.set(id, { userId });
    return people;
  }

  async members(scope: WorkspaceRef, { after, most }: Next): Promise<string[]> {
    const rows = await this.db.query<{ id: string }>(
      scope,
      sql`select id from members where workspace_id = ${scope.workspaceId} and id > ${after}::bigint order by id limit ${most}`,
    );
    return rows.map(({ id }) => id);
  }

  /** Members who are or were linked. */
  async linkedMembers(scope: WorkspaceRef, { after, most }: Next): Promise<string[]> {
    const rows = await this.db.query<{ id: string }>(
      scope,
      sql`select distinct member_id as id from links
           where workspace_id = ${scope.workspaceId} and member_id > ${after}::bigint order by member_id limit ${most}`,
    );
    return rows.map(({ id }) => id);
  }

  /** Days of the next members. */
  days(scope: WorkspaceRef, { birthday, birthMonth, attribute }: DateStart, { after, most }: Next): Promise<Days[]> {
    return this.db.query<Days>(
      scope,
      sql`select m.id as "memberId",
                 ${birthday ? sql`to_char(p.birth_date, 'MM-DD')` : sql`null`} as birthday,
                 ${birthMonth ? sql`m.birth_month` : sql`null::int`} as "birthMonth",
                 ${attribute === undefined ? sql`null` : sql`p.attributes ->> ${attribute}::text`} as date
            from members m
            left join member_profiles p on p.workspace_id = m.workspace_id and p.member_id = m.id
           where m.workspace_id = ${scope.workspaceId} and m.id > ${after}::bigint
           order by m.id limit ${most}`,
    );
  }

  /** By member, in order of time. */
  async ties(scope: WorkspaceRef, memberIds: readonly string[], { from, to }: Period): Promise<Map<string, Tie[]>> {
    const rows = await this.db.query<Tie>(
      scope,
      sql`select n.member_id as "memberId", l.id as "linkId", c.change, ${millis(sql`c.at`)} as at, l.role, l.route,
                 l.channel_id as "channelId", c.change = 'linked' and exists (
                   select from takeover_links t
                    where t.workspace_id = ${scope.workspaceId} and t.to_link_id = l.id and t.made) as moved
            from ${given(memberIds)}
           cross join lateral (
             select * from links where workspace_id = ${scope.workspaceId} and member_id = n.member_id
              union all
             -- who walks as a LINE user
             select * from links where workspace_id = ${scope.workspaceId} and n.member_id < 0 and line_user_id = -n.member_id) l
           cross join lateral (values ('linked', l.linked_at),
              ('unlinked', case when l.end_reason <> all(${MOVED}::text[]) then l.ended_at end)) c (change, at)
           where c.at is not null ${from ? sql`and c.at >= ${from}` : empty} ${to ? sql`and c.at < ${to}` : empty}
           order by c.at, l.id`,
    );
    return Map.groupBy(rows, ({ memberId }) => memberId);
  }

  /** That began in a period; by member, in order of time. */
  async optOuts(
    scope: WorkspaceRef,
    memberIds: readonly string[],
    { from, to }: Period,
  ): Promise<Map<string, OptOut[]>> {
    const rows = await this.db.query<OptOut>(
      scope,
      sql`select n.member_id as "memberId", o.id, o.purpose, ${millis(sql`o.since`)} as at,
                 ${millis(sql`o.ended_at`)} as "endedAt" from ${given(memberIds)}
           cross join lateral (select * from member_opt_outs
                                where workspace_id = ${scope.workspaceId} and member_id = n.member_id offset 0) o
           where true ${from ? sql`and o.since >= ${from}` : empty} ${to ? sql`and o.since < ${to}` : empty}
           order by o.since, o.id`,
    );
    return Map.groupBy(rows, ({ memberId }) => memberId);
  }

  /** All links that members have or had on a channel; who walks as a LINE user is their own. */
  async links(scope: WorkspaceRef, channelId: string, memberIds: readonly string[]): Promise<Map<string, KnownLink[]>> {
    const rows = await this.db.query<LinkOfMember>(
      scope,
      sql`select l.member_id as "memberId", ${millis(sql`l.linked_at`)} as "linkedAt", ${millis(sql`l.ended_at`)} as "endedAt",
                 l.role, u.friend_state as "friendState"
            from ${given(memberIds)}
           cross join lateral (select * from links where workspace_id = ${scope.workspaceId} and member_id = n.member_id offset 0) l
           cross join lateral (select friend_state from line_users
                                where workspace_id = ${scope.workspaceId} and id = l.line_user_id limit 1) u
           where l.channel_id = ${channelId}
           union all
          select n.member_id, '-infinity'::float8, null, null, u.friend_state from ${given(memberIds)}
           cross join lateral (select friend_state from line_users where n.member_id < 0
                                  and workspace_id = ${scope.workspaceId} and id = -n.member_id limit 1) u`,
    );
    return Map.groupBy(rows, ({ memberId }) => memberId);
  }

  /** Values as a send would freeze them now. @param variables names of variables of a member */
  async values(
    scope: Scope,
    memberIds: readonly string[],
    variables: readonly string[],
  ): Promise<Map<string, VariableValues>> {
    const { joins, values } = valueSql(scope, variables);
    const rows = await this.db.query<{ memberId: string; values: VariableValues }>(
      scope,
      sql`select n.member_id as "memberId", ${values} as values from ${given(memberIds)} ${joins}`,
    );
    return new Map(rows.map(({ memberId, values: own }) => [memberId, own]));
  }
}
