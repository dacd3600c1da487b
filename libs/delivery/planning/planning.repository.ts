import { Injectable } from '@nestjs/common';
import { Database, empty, raw, sql, type Sql } from '#database';
import type { Scope } from '#kernel';
import { LINE_LIMITS } from '#line';
import { optedOutBetween } from '#members';
import type { Cap } from '#workspaces';
import { AT_ONCE } from '../ledger/pages.repository.js';
import { unseen } from '../ledger/plannable.repository.js';
import { slotsTaken } from '../attention/attention.repository.js';
import { drawn } from './draws.repository.js';
import type { HeldSend } from './held-send.js';
import { eventValueSql, NO_VALUES, valueSql } from './variable-values.repository.js';

/** Names of the variables whose values are frozen, and of those nobody may lack. */
export interface Variables {
  ofMember: readonly string[];
  /** Their values come with the people who are named. */
  ofEvent: readonly string[];
  required: readonly string[];
}

@Injectable()
export class PlanningRepository {
  constructor(private readonly db: Database) {}

  /** Takes the send until the ambient transaction ends. */
  hold(scope: Scope, sendId: string): Promise<HeldSend | undefined> {
    return this.db.maybeOne<HeldSend>(
      scope,
      sql`select id, channel_id as "channelId", state, class, personalised, rule is not null as "byRule", role, split, most, value,
                 pages, audience, planned_at as "plannedAt"
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

  /**
   * Plans the next slice: chooses each person's LINE user, decides who is skipped and why, freezes values, and writes
   * pages of those who are sent to in the same way or skipped for the same reason.
   * @returns how many pages there are now, and whether there is more to plan
   */
  async planSlice(
    scope: Scope,
    send: HeldSend,
    { variables, caps }: { variables: Variables; caps: readonly Cap[] },
  ): Promise<{ pages: number; more: boolean }> {
    const now = scope.clock.now();
    const personal = variables.ofMember.length + variables.ofEvent.length > 0;
    const planned = await this.db.maybeOne<{ pages: number; more: boolean }>(
      scope,
      sql`with slice as (
            delete from audiences a
             where a.workspace_id = ${scope.workspaceId} and a.send_id = ${send.id}
               and a.number = (select min(number) from audiences
                                where workspace_id = ${scope.workspaceId} and send_id = ${send.id})
            returning a.number, a.member_ids, a.values),
          named as (${bestLineUsers(scope, send)}),
          judged as (${judged(scope, send, personal ? personalSql(scope, variables) : IMPERSONAL)}),
          decided as (${withoutDuplicates(scope, send)}),
          drawn as (${drawn(scope, send)}),
          ${caps.length > 0 ? slotsTaken(scope, { ...send, caps }) : UNCAPPED},
          chunked as (
            select *, case when reason is null then (row_number() over (partition by reason, detail, part order by member_id) - 1)
                                                    / ${LINE_LIMITS.multicastRecipients}::int else 0 end as chunk
              from given),
          paged as (
            select ${send.pages}::int + row_number() over (order by reason nulls first, detail, part, chunk) as number,
                   reason, detail, part, count(*) as size,
                   array_agg(member_id order by member_id) as member_ids,
                   array_agg(line_user_id order by member_id) as line_user_ids,
                   ${personal ? sql`case when reason is null then array_agg(variables order by member_id) end` : sql`null::jsonb[]`} as variables
              from chunked group by reason, detail, part, chunk),
          pages_ as (
            insert into pages (workspace_id, send_id, number, first_member, last_member, block, member_ids,
                               line_user_ids, variables, variant, rest, size, remaining, skipped, state, reason, due_at, detail,
                               settled_at)
            select ${scope.workspaceId}, ${send.id}, number, member_ids[1], member_ids[size],
                   block_around(member_ids[1], member_ids[size]), member_ids, line_user_ids, variables, greatest(part, 0), part < 0, size, case when reason is null then size else 0 end,
                   case when reason is null then '{}' else jsonb_build_object(reason, size) end,
                   case when reason is not null then 'skipped' when part < 0 then 'held' else 'due' end, reason, ${AT_ONCE},
                   detail, case when reason is not null then ${now}::timestamptz end
              from paged)
          update sends s set pages = coalesce((select max(number) from paged), s.pages), capped = ${caps.length > 0}
           where s.workspace_id = ${scope.workspaceId} and s.id = ${send.id} and exists (select from slice)
          returning s.pages, exists (select from audiences where workspace_id = ${scope.workspaceId} and send_id = ${send.id}
                                                             and number > (select number from slice)) as more`,
    );
    return planned ?? { pages: send.pages, more: false };
  }

  /** Everyone named is on a page now. @returns whether somebody is to be sent to */
  async finish(scope: Scope, sendId: string): Promise<boolean> {
    const { open } = await this.db.one<{ open: boolean }>(
      scope,
      sql`update sends set planned_at = ${scope.clock.now()}, audience = coalesce(audience, 0),
                           state = case when state = 'planning' then 'sending' else state end
           where workspace_id = ${scope.workspaceId} and id = ${sendId}
          returning exists (select from pages where workspace_id = ${scope.workspaceId} and send_id = ${sendId}
                                               and state in ('held', 'due', 'leased')) as open`,
    );
    return open;
  }
}

/**
 * The one LINE user of each named member on this channel: one in the role that is asked for before the others, a friend
 * before a blocker before the rest, then the oldest. `shared`: other members were ever linked to it.
 * `offset 0` has the links looked up person by person: joined as sets, Postgres may read all of them for every slice.
 */
function bestLineUsers(scope: Scope, send: HeldSend): Sql {
  const workspaceId = unseen(scope.workspaceId);
  const inRole = send.role === null ? sql`true` : sql`l.role = ${send.role}`;
  const unlinked = sql`
    union all
    select id, friend_state, true, links_made > 0 from line_users where workspace_id = ${workspaceId} and id = -n.member_id`;
  return sql`
    select distinct on (n.member_id) n.member_id, n.place, u.line_user_id, u.friend_state, u.in_role, u.shared
      from (select people.member_id, people.place
              from slice, unnest(slice.member_ids) with ordinality people (member_id, place)) n
      left join lateral (
        select u.id as line_user_id, u.friend_state, ${inRole} as in_role, u.links_made > 1 as shared
          from links l
          join line_users u on u.workspace_id = ${workspaceId} and u.id = l.line_user_id
         where l.workspace_id = ${workspaceId} and l.member_id = n.member_id
           and l.channel_id = ${unseen(send.channelId)} and l.ended_at is null
        ${send.byRule || send.role !== null ? empty : unlinked}
        offset 0) u on true
     order by n.member_id, u.in_role desc, case u.friend_state when 'friend' then 0 when 'blocked' then 1 else 2 end, u.line_user_id`;
}

const UNCAPPED = sql`given as (select * from drawn)`;

/** Of the slice's members. */
const BOUNDS = [sql`(select min(member_id) from named)`, sql`(select max(member_id) from named)`] as const;

function judged(scope: Scope, send: HeldSend, personal: PersonalSql): Sql {
  return sql`
    select n.member_id, n.place, n.line_user_id, n.shared, ${personal.variables} as variables,
           ${personal.missing} as missing,
           case when ${send.state === 'cancelled'} then 'cancelled'
                when n.line_user_id is null then 'not_linked'
                when not n.in_role then 'not_in_role'
                when opted_out.member_id is not null then 'opted_out'
                when n.friend_state = 'blocked' then 'blocked'
                when n.friend_state <> 'friend' then 'not_friend'
                when ${personal.missing} is not null then 'missing_variable' end as reason
      from named n
      left join (${optedOutBetween(unseen(scope.workspaceId), sql`${send.class}`, BOUNDS)}) opted_out
        on opted_out.member_id = n.member_id
      ${personal.joins}`;
}

interface PersonalSql {
  variables: Sql;
  missing: Sql;
  joins: Sql;
}

const IMPERSONAL: PersonalSql = { variables: sql`null::jsonb`, missing: sql`null::text`, joins: empty };

/** A person's values, and the name of the first required one they lack. */
function personalSql(scope: Scope, variables: Variables): PersonalSql {
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
  return sql`
    select j.member_id, j.place, j.line_user_id, j.variables, coalesce(j.reason,
             case when row_number() over (partition by j.line_user_id, j.reason is null order by j.member_id) > 1
                    ${send.pages > 0 ? sql`or j.shared and ${isPlannedBefore(scope, send)}` : empty}
                  then 'duplicate' end) as reason,
           case when j.reason = 'missing_variable' then j.missing end as detail
      from judged j`;
}

/** Whether the LINE user of `j` is on a page of an earlier slice, by way of another member it was ever linked to. */
function isPlannedBefore(scope: Scope, send: HeldSend): Sql {
  const workspaceId = unseen(scope.workspaceId);
  return sql`exists (
    select from links l
      join pages p on p.workspace_id = ${workspaceId} and p.send_id = ${send.id} and p.state <> 'skipped'
       and p.block = any(blocks_around(l.member_id)) and l.member_id between p.first_member and p.last_member
     where l.workspace_id = ${workspaceId} and l.line_user_id = j.line_user_id and l.member_id <> j.member_id
       and p.line_user_ids[array_position(p.member_ids, l.member_id)] = j.line_user_id)`;
}
