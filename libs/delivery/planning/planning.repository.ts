import { Injectable } from '@nestjs/common';
import { bigints, Database, empty, raw, sql, type Sql } from '#database';
import type { Scope } from '#kernel';
import { LINE_LIMITS } from '#line';
import type { LinkRole } from '#linking';
import type { VariableValues } from '#messages';
import type { SendState } from '../ledger/send.entity.js';
import { unseen } from '../ledger/plannable.repository.js';
import { eventValueSql, NO_VALUES, valueSql } from './variable-values.repository.js';

/** Members of one slice: about a quarter of a second of Postgres, so that sending starts soon and pausing is quick. */
const SLICE = 20_000;

/** A send, held against everybody else who would plan, pause or cancel it. */
export interface HeldSend {
  id: string;
  channelId: string;
  state: SendState;
  personalised: boolean;
  /** A rule names members only; people who are named one by one may be LINE users without a member. */
  byRule: boolean;
  /** Only people who are linked in this role are sent to; null: in any. */
  role: LinkRole | null;
  /** Pages numbered so far. */
  pages: number;
  audience: number | null;
  plannedAt: Date | null;
}

@Injectable()
export class PlanningRepository {
  constructor(private readonly db: Database) {}

  /** Takes the send until the ambient transaction ends. */
  hold(scope: Scope, sendId: string): Promise<HeldSend | undefined> {
    return this.db.maybeOne<HeldSend>(
      scope,
      sql`select id, channel_id as "channelId", state, personalised, rule is not null as "byRule", role, pages, audience, planned_at as "plannedAt"
            from sends where workspace_id = ${scope.workspaceId} and id = ${sendId} for update`,
    );
  }

  /**
   * Takes the statistics of the tables that planning looks people up in, if nobody ever has. Right after a first import
   * Postgres takes them for nearly empty and may read all links for each person; later autovacuum keeps them up to date.
   * To be called outside a transaction: rolled back, statistics would be gone and yet taken.
   */
  async ensureStatistics(scope: Scope): Promise<void> {
    const unknown = await this.db.query<{ name: string }>(
      scope,
      sql`select relname as name from pg_stat_user_tables
           where relid in ('links'::regclass, 'line_users'::regclass) and last_analyze is null and last_autoanalyze is null`,
    );
    for (const { name } of unknown) await this.db.execute(scope, sql`analyze ${raw(name)}`);
  }

  /** Writes down everyone for whom the condition over `members m` holds at this moment, in slices by member. */
  async nameAudience(scope: Scope, sendId: string, condition: Sql): Promise<void> {
    await this.db.execute(
      scope,
      sql`with named as (
            select m.id, (row_number() over (order by m.id) - 1) / ${SLICE}::int as slice
              from members m where m.workspace_id = ${scope.workspaceId} and (${condition})),
          sliced as (
            insert into audiences (workspace_id, send_id, number, member_ids)
            select ${scope.workspaceId}, ${sendId}, slice, array_agg(id order by id) from named group by slice
            returning cardinality(member_ids) as size)
          update sends set audience = (select coalesce(sum(size), 0) from sliced)
           where workspace_id = ${scope.workspaceId} and id = ${sendId}`,
    );
  }

  /** Writes down people who were named one by one, with the values they bring: few enough for one slice. */
  async namePeople(scope: Scope, sendId: string, { people, values }: NamedPeople): Promise<void> {
    const byId = values && JSON.stringify(Object.fromEntries(values));
    await this.db.execute(
      scope,
      sql`with sliced as (
            insert into audiences (workspace_id, send_id, number, member_ids, values)
            select ${scope.workspaceId}, ${sendId}, 0, array_agg(distinct id), ${byId ?? null}::jsonb
              from unnest(${bigints(people)}::bigint[]) id
            returning cardinality(member_ids) as size)
          update sends set audience = (select size from sliced)
           where workspace_id = ${scope.workspaceId} and id = ${sendId}`,
    );
  }

  /**
   * Plans the next slice: chooses each person's LINE user, decides who is skipped and why, freezes values, and numbers
   * the pages.
   * @returns false when there was none left
   */
  async planSlice(scope: Scope, send: HeldSend, variables: Variables): Promise<boolean> {
    const now = scope.clock.now();
    const planned = await this.db.execute(
      scope,
      sql`with slice as (
            delete from audiences a
             where a.workspace_id = ${scope.workspaceId} and a.send_id = ${send.id}
               and a.number = (select min(number) from audiences
                                where workspace_id = ${scope.workspaceId} and send_id = ${send.id})
            returning a.member_ids, a.values),
          named as (${bestLineUsers(scope, send)}),
          judged as (${judged(scope, send, variables)}),
          decided as (${withoutDuplicates(scope, send)}),
          paged as (
            select *, case when reason is null then
                ${pagesOf(scope, send)} + 1 + (row_number() over (partition by reason is null order by member_id) - 1)
                  / ${LINE_LIMITS.multicastRecipients}::int end as page
              from decided),
          recipients_ as (
            insert into recipients (workspace_id, send_id, member_id, line_user_id, page, state, reason, detail,
                                    variables, settled_at)
            select ${scope.workspaceId}, ${send.id}, member_id, line_user_id, page,
                   case when reason is null then 'planned' else 'skipped' end, reason, detail,
                   case when reason is null then variables end, case when reason is not null then ${now}::timestamptz end
              from paged),
          pages_ as (
            insert into pages (workspace_id, send_id, number, first_member, last_member, size, remaining, state, due_at)
            select ${scope.workspaceId}, ${send.id}, page, min(member_id), max(member_id), count(*), count(*), 'due', ${now}
              from paged where page is not null group by page),
          skipped_ as (
            select coalesce(jsonb_object_agg(reason, n), '{}') as counts
              from (select reason, count(*) as n from paged where reason is not null group by reason) by_reason)
          update sends s
             set pages = coalesce((select max(page) from paged), s.pages),
                 skipped = add_counts(s.skipped, (select counts from skipped_))
           where s.workspace_id = ${scope.workspaceId} and s.id = ${send.id} and exists (select from slice)`,
    );
    return planned > 0;
  }

  /** Everyone named has a row now. @returns how many pages there are */
  async finish(scope: Scope, sendId: string): Promise<number> {
    const { pages } = await this.db.one<{ pages: number }>(
      scope,
      sql`update sends set planned_at = ${scope.clock.now()}, audience = coalesce(audience, 0),
                           state = case when state = 'planning' then 'sending' else state end
           where workspace_id = ${scope.workspaceId} and id = ${sendId} returning pages`,
    );
    return pages;
  }
}

/** People named one by one: members.id, or minus line_users.id. */
export interface NamedPeople {
  people: readonly string[];
  /** By person: values of variables that are not the member's own, such as those of an event. */
  values?: ReadonlyMap<string, VariableValues>;
}

/** Names of the variables whose values are frozen, and of those nobody may lack. */
export interface Variables {
  ofMember: readonly string[];
  /** Their values come with the people who are named. */
  ofEvent: readonly string[];
  required: readonly string[];
}

/**
 * The one LINE user of each named member on this channel: one in the role that is asked for before the others, a friend
 * before a blocker before the rest, then the oldest.
 * `offset 0` has the links looked up person by person: joined as sets, Postgres may read all of them for every slice.
 */
function bestLineUsers(scope: Scope, send: HeldSend): Sql {
  const workspaceId = unseen(scope.workspaceId);
  const inRole = send.role === null ? sql`true` : sql`l.role = ${send.role}`;
  const unlinked = sql`
    union all
    select id, friend_state, true from line_users where workspace_id = ${workspaceId} and id = -n.member_id`;
  return sql`
    select distinct on (n.member_id) n.member_id, u.line_user_id, u.friend_state, u.in_role
      from (select unnest(member_ids) as member_id from slice) n
      left join lateral (
        select u.id as line_user_id, u.friend_state, ${inRole} as in_role
          from links l
          join line_users u on u.workspace_id = ${workspaceId} and u.id = l.line_user_id
         where l.workspace_id = ${workspaceId} and l.member_id = n.member_id
           and l.channel_id = ${unseen(send.channelId)} and l.ended_at is null
        ${send.byRule ? empty : unlinked}
        offset 0) u on true
     order by n.member_id, u.in_role desc, case u.friend_state when 'friend' then 0 when 'blocked' then 1 else 2 end, u.line_user_id`;
}

function judged(scope: Scope, send: HeldSend, variables: Variables): Sql {
  const { ofMember, ofEvent } = variables;
  const personal = ofMember.length + ofEvent.length > 0 ? personalSql(scope, variables) : IMPERSONAL;
  return sql`
    select n.member_id, n.line_user_id, ${personal.variables} as variables, ${personal.missing} as detail,
           case when ${send.state === 'cancelled'} then 'cancelled'
                when n.line_user_id is null then 'not_linked'
                when not n.in_role then 'not_in_role'
                when n.friend_state = 'blocked' then 'blocked'
                when n.friend_state <> 'friend' then 'not_friend'
                when ${personal.missing} is not null then 'missing_variable' end as reason
      from named n
      ${personal.joins}`;
}

const IMPERSONAL = { variables: sql`null::jsonb`, missing: sql`null::text`, joins: empty };

/** A person's values, and the name of the first required one they lack. */
function personalSql(scope: Scope, variables: Variables): { variables: Sql; missing: Sql; joins: Sql } {
  const ofMember = variables.ofMember.length > 0 ? valueSql(scope, variables.ofMember) : NO_VALUES;
  const ofEvent = variables.ofEvent.length > 0 ? eventValueSql(variables.ofEvent) : NO_VALUES;
  return {
    variables: sql`v.variables`,
    missing: sql`missing.name`,
    joins: sql`
      ${ofMember.joins} ${ofEvent.joins}
      cross join lateral (select ${ofEvent.values} || ${ofMember.values} as variables offset 0) v
      left join lateral (
        select name from unnest(${variables.required}::text[]) name
         where coalesce(v.variables ->> name, '') = '' limit 1) missing on true`,
  };
}

/** The first member of those who share a LINE user gets the message, over all slices. */
function withoutDuplicates(scope: Scope, send: HeldSend): Sql {
  // A scalar sub-select stays one probe of the index a person; an EXISTS may be planned as a hash of the whole send.
  return sql`
    select j.member_id, j.line_user_id, j.variables, j.detail, coalesce(j.reason,
             case when row_number() over (partition by j.line_user_id, j.reason is null order by j.member_id) > 1
                    or (select true from recipients r
                         where r.workspace_id = ${unseen(scope.workspaceId)} and r.send_id = ${unseen(send.id)}
                           and r.line_user_id = j.line_user_id and r.state <> 'skipped' limit 1)
                  then 'duplicate' end) as reason
      from judged j`;
}

function pagesOf(scope: Scope, send: HeldSend): Sql {
  return sql`(select pages from sends where workspace_id = ${scope.workspaceId} and id = ${send.id})`;
}
