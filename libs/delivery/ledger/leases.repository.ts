import { Injectable } from '@nestjs/common';
import { Database, prepared, sql, type Sql } from '#database';
import type { Scope } from '#kernel';
import { LINE_LIMITS } from '#line';
import { optedOutBetween } from '#members';
import type { VariableValues } from '#messages';
import { AttentionRepository } from '../attention/attention.repository.js';
import { KEY_IS_SAFE_FOR_MS, type LeasedPage, type PageRef } from './leased-page.js';
import { unseen } from './plannable.repository.js';
import type { SkipReason } from './recipient.entity.js';
import { SEND_CLASSES, type SendClass, type SendWindow } from './send.entity.js';

/** People of a full page. */
const FULL = LINE_LIMITS.multicastRecipients;
/** Sends of which pages are leased together: journeys make many sends of a few people each. */
const MOST_SENDS = 250;

/** Who may send what now. */
@Injectable()
export class LeasesRepository {
  constructor(
    private readonly db: Database,
    private readonly attention: AttentionRepository,
  ) {}

  /**
   * Leases pages of one endpoint and says, as of this transaction, who of them may be sent to; the others become
   * skipped. A page that may have been executed keeps its recipients. Classes come in their order, sends of a class by
   * turns.
   * @param after send to begin after, so that many sends take turns
   */
  lease(scope: Scope, request: LeaseRequest): Promise<LeasedPage[]> {
    return this.db.transaction(scope, async () => {
      const pages = await this.take(scope, request);
      for (const page of pages) if (page.skippedIds) await this.skip(scope, page);
      // A page of which nobody is left is settled, not leased.
      const leasedAt = scope.clock.now();
      return pages.filter(({ size }) => size > 0).map((page) => ({ ...toPage(page), leasedAt }));
    });
  }

  /**
   * What a turn begins with, holding the channel: leases of whoever had it before are over, and what has been unknown
   * for 23 hours is uncertain, as is what was on its way when its send was cancelled.
   */
  async recover(scope: Scope, channelId: string): Promise<void> {
    const now = scope.clock.now();
    const tooOld = new Date(now.getTime() - KEY_IS_SAFE_FOR_MS);
    const over = sql`(s.state = 'cancelled' or p.first_attempt_at <= ${tooOld})`;
    await this.db.execute(
      scope,
      sql`update pages p
             set state = case when ${over} then 'uncertain' else 'due' end,
                 uncertain = p.uncertain + case when ${over} then p.remaining else 0 end,
                 remaining = case when ${over} then 0 else p.remaining end,
                 settled_at = case when ${over} then ${now}::timestamptz end,
                 due_at = least(p.due_at, ${now})
            from sends s
           where s.workspace_id = ${scope.workspaceId} and s.channel_id = ${channelId} and s.ended_at is null
             and p.workspace_id = s.workspace_id and p.send_id = s.id and p.state in ('due', 'leased')
             and (p.state = 'leased' or p.first_attempt_at <= ${tooOld})`,
    );
  }

  /** The members of a leased page whose outcome is open, in the order in which the lease gave their LINE users. */
  async membersOf(scope: Scope, { sendId, number }: PageRef): Promise<string[]> {
    const rows = await this.db.query<{ id: string }>(
      scope,
      sql`select m.id from pages p cross join lateral unnest(p.member_ids) with ordinality m (id, place)
           where p.workspace_id = ${scope.workspaceId} and p.send_id = ${sendId} and p.number = ${number}
             and not exists (${ownOutcome(sql`p`, sql`m.id`)})
           order by m.place`,
    );
    return rows.map(({ id }) => id);
  }

  /** The sends of a channel that may send now. */
  sendingNow(scope: Scope, channelId: string): Promise<SendingNow[]> {
    return this.db.query<SendingNow>(
      scope,
      sql`select id, personalised, class, send_window as "window", state = 'planning' as planning from sends
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and ended_at is null
             and state in ('planning', 'sending')`,
    );
  }

  private take(scope: Scope, request: LeaseRequest): Promise<LeaseRecord[]> {
    const now = scope.clock.now();
    const workspaceId = unseen(scope.workspaceId);
    return this.db.query<LeaseRecord>(
      scope,
      prepared(sql`with open as (
            select s.id, coalesce(s.audience, ${FULL}::int) as audience, array_position(${SEND_CLASSES}::text[], s.class) as rank from sends s
             where s.workspace_id = ${workspaceId} and s.channel_id = ${request.channelId} and s.ended_at is null
               and s.personalised = ${request.personalised} and s.state in ('planning', 'sending')
               and (case when s.send_window is null then s.class = any(${request.open.classes}::text[])
                         else s.id = any(${request.open.windows}::uuid[]) end)
               and exists (select from pages p where p.workspace_id = ${workspaceId} and p.send_id = s.id
                              and p.state = 'due' and p.due_at <= ${now})),
          by_turn as (
            select id, audience, count(*) over () as n,
                   row_number() over (order by id > ${request.after}::uuid desc, id) as turn
              from open where rank = (select min(rank) from open)),
          served as (
            select id, n from (
              select *, sum(least(audience, ${FULL}::int)) over (order by turn) as people from by_turn) counted
             where turn = 1 or turn <= ${MOST_SENDS}::int and people <= ${request.limit * FULL}::int),
          picked as materialized (
            select p.*, s.content_hash, s.role, s.class, s.send_window, s.capped from served
              join sends s on s.workspace_id = ${workspaceId} and s.id = served.id
              cross join lateral (
                select * from pages p
                 where p.workspace_id = ${workspaceId} and p.send_id = served.id and p.state = 'due'
                   and p.due_at <= ${now}
                 order by p.due_at, p.number limit greatest(1, ${request.limit}::int / served.n) for update) p),
          used_ as (${slotsUsed(workspaceId, now)}),
          checked as materialized (
            select p.send_id, p.number, p.first_attempt_at, p.class, p.send_window, people.*,
                   sha256(p.content_hash || convert_to(people.users, 'UTF8')) as body_hash
              from picked p cross join lateral (${peopleOf(workspaceId, request.personalised)}) people)
          update pages p
             set state = case when c.n = 0 then 'settled' else 'leased' end, remaining = c.n,
                 skipped = add_counts(p.skipped, (
                   select coalesce(jsonb_object_agg(reason, n), '{}')
                     from (select reason, count(*) as n from unnest(c.skipped_reasons) reason group by reason) counts)),
                 fence = p.fence + 1, attempts = p.attempts + 1,
                 first_attempt_at = case when c.n > 0 then coalesce(p.first_attempt_at, ${now}) end,
                 body_hash = c.body_hash, settled_at = case when c.n = 0 then ${now}::timestamptz end
            from checked c
           where p.workspace_id = ${workspaceId} and p.send_id = c.send_id and p.number = c.number
          ${LEASED}`),
    );
  }

  private async skip(scope: Scope, { sendId, number, ...page }: LeaseRecord): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into recipients (workspace_id, send_id, member_id, page, state, reason, settled_at)
          select ${scope.workspaceId}, ${sendId}, member_id, ${number}, 'skipped', reason, ${scope.clock.now()}
            from unnest(${page.skippedIds}::bigint[], ${page.skippedReasons}::text[]) s (member_id, reason)`,
    );
    await this.attention.giveBack(scope, sendId, page.skippedIds!);
  }
}

const LEASED = sql`
  returning p.send_id as "sendId", p.number, p.fence, p.variant, p.attempts, c.class, c.send_window as "window",
            c.first_attempt_at as "attemptedAt", p.body_hash as "bodyHash", c.n as size, c.users, c.members, c.variables,
            c.skipped_ids as "skippedIds", c.skipped_reasons as "skippedReasons"`;

/**
 * Under caps each person's slot is used with the first request. A planner that has just given it to a send of a higher
 * value wins: then there is none, and they are not sent to.
 */
function slotsUsed(workspaceId: Sql, now: Date): Sql {
  return sql`
    update attention_slots t set used = true, at = ${now} from picked p
     where p.capped and p.first_attempt_at is null and t.workspace_id = ${workspaceId} and t.send_id = p.send_id
       and t.member_id = any(p.member_ids)
    returning t.send_id, t.member_id`;
}

const PERSONAL = sql`
  string_agg(member_id::text, ',' order by place) filter (where reason is null) as members,
  json_agg(variables order by place) filter (where reason is null) as variables`;

/** One request for all: which member is which is asked only where LINE refuses it. */
const IMPERSONAL = sql`null as members, null::json as variables`;

/**
 * The people of a picked page `p` in the order of their members: those who may be sent to, and those who may not with the
 * reason. Of a page that may have been executed it is all of them.
 *
 * Full joins are hashed, however few people Postgres takes a list for; in others every pair is compared where many have
 * opted out.
 */
function peopleOf(workspaceId: Sql, personalised: boolean): Sql {
  return sql`
    select count(*) filter (where reason is null)::int as n,
           string_agg(user_id, ',' order by place) filter (where reason is null) as users,
           ${personalised ? PERSONAL : IMPERSONAL},
           array_agg(member_id) filter (where reason is not null) as skipped_ids,
           array_agg(reason) filter (where reason is not null) as skipped_reasons
      from (
        select r.member_id, r.place, r.variables, u.user_id,
               case when p.first_attempt_at is not null then null
                    when r.member_id > 0 and (
                      select true from links l
                       where l.workspace_id = ${workspaceId} and l.member_id = r.member_id
                         and l.line_user_id = r.line_user_id and l.ended_at is null limit 1) is null
                      then 'not_linked'
                    when p.role is not null and r.member_id > 0 and (
                      select true from links l
                       where l.workspace_id = ${workspaceId} and l.member_id = r.member_id
                         and l.line_user_id = r.line_user_id and l.role = p.role and l.ended_at is null limit 1) is null
                      then 'not_in_role'
                    when p.capped and used.member_id is null and r.member_id > 0 then 'capped'
                    when opted_out.member_id is not null then 'opted_out'
                    when u.friend_state = 'blocked' then 'blocked'
                    when u.friend_state <> 'friend' then 'not_friend' end as reason
          from unnest(p.member_ids, p.line_user_ids, p.variables)
               with ordinality r (member_id, line_user_id, variables, place)
          join line_users u on u.workspace_id = ${workspaceId} and u.id = r.line_user_id
          full join (${optedOutBetween(workspaceId, sql`p.class`, [sql`p.first_member`, sql`p.last_member`])}) opted_out
            on opted_out.member_id = r.member_id
          full join (
            select member_id from used_
             where send_id = p.send_id and member_id between p.first_member and p.last_member) used
            on used.member_id = r.member_id
        offset 0) person
     where member_id is not null
       and (p.remaining = p.size or not exists (${ownOutcome(sql`p`, sql`person.member_id`)}))`;
}

/** An outcome that a member of the page `p` has for themselves. */
function ownOutcome(page: Sql, memberId: Sql): Sql {
  return sql`select from recipients o
    where o.workspace_id = ${page}.workspace_id and o.send_id = ${page}.send_id and o.member_id = ${memberId}`;
}

export interface SendingNow {
  id: string;
  personalised: boolean;
  class: SendClass;
  window: SendWindow | null;
  /** More pages will come. */
  planning: boolean;
}

export interface LeaseRequest {
  channelId: string;
  /** Personalised pages go by push, the others by multicast; each has a rate of its own. */
  personalised: boolean;
  /** Full pages, or as many smaller ones as hold that many people. */
  limit: number;
  after: string;
  /** What may leave now: classes of sends without hours of their own, and ids of sends with them. */
  open: { classes: readonly SendClass[]; windows: readonly string[] };
}

interface LeaseRecord extends Omit<LeasedPage, 'userIds' | 'people' | 'leasedAt'> {
  users: string;
  members: string | null;
  variables: VariableValues[] | null;
  /** Null where everybody may be sent to. */
  skippedIds: string[] | null;
  skippedReasons: SkipReason[] | null;
}

function toPage(record: LeaseRecord): Omit<LeasedPage, 'leasedAt'> {
  const { users, members, variables, skippedIds: _, skippedReasons: __, ...page } = record;
  const userIds = () => users.split(',');
  const people = () => {
    const memberIds = members?.split(',') ?? [];
    return userIds().map((userId, i) => ({ userId, memberId: memberIds[i]!, values: variables?.[i] ?? {} }));
  };
  return { ...page, userIds, people };
}
