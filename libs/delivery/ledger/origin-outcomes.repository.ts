import { Injectable } from '@nestjs/common';
import { Database, empty, sql, type Sql } from '#database';
import type { WorkspaceRef } from '#kernel';
import { counted, type RecipientOutcome } from './outcomes.repository.js';
import { unseen } from './plannable.repository.js';
import type { RecipientState, SkipReason } from './recipient.entity.js';
import type { SendTotals } from './totals.repository.js';

/** All that one origin has sent, by when it was decided: from ≤ t < to. */
export interface OriginPeriod {
  /** What made us send, such as a journey. */
  originId: string;
  from: Date;
  to?: Date;
}

export interface OriginFilter {
  state?: RecipientState;
  reason?: SkipReason;
  /** The person after whom to go on. */
  after?: Pick<OriginRecipient, 'sendId' | 'page' | 'memberId'>;
  limit: number;
}

/** What became of one person in one of the sends. */
export interface OriginRecipient extends Omit<RecipientOutcome, 'variant' | 'held'> {
  sendId: string;
  /** When it was decided. */
  decidedAt: Date;
}

/** Who got what of an origin that sends again and again to a few people each time. */
@Injectable()
export class OriginOutcomesRepository {
  constructor(private readonly db: Database) {}

  /** Of all its sends together, and how many sends those are. */
  async totals(scope: WorkspaceRef, period: OriginPeriod): Promise<SendTotals & { sends: number }> {
    const counts = await this.db.one<Omit<SendTotals, 'planned'> & { sends: number }>(
      scope,
      sql`with s as materialized (select s.id, s.audience, s.totals from sends s where ${ofOrigin(scope, period)}),
          p as materialized (
            select p.* from s cross join lateral (
              select accepted, rejected, uncertain, skipped from pages
               where workspace_id = ${scope.workspaceId} and send_id = s.id and s.totals is null
               union all
              select (s.totals->>'accepted')::int, (s.totals->>'rejected')::int, (s.totals->>'uncertain')::int,
                     s.totals->'skipped' where s.totals is not null) p)
          select (select count(*)::int from s) as sends, (select coalesce(sum(audience), 0)::int from s) as audience,
                 coalesce(sum(accepted), 0)::int as accepted, coalesce(sum(rejected), 0)::int as rejected,
                 coalesce(sum(uncertain), 0)::int as uncertain,
                 (select coalesce(jsonb_object_agg(reason, n order by reason), '{}') from (
                    select key as reason, sum(value::int) as n from p, jsonb_each_text(p.skipped) group by key) c) as skipped
            from p`,
    );
    const { audience, accepted, rejected, uncertain, skipped } = counts;
    const settled = Object.values(skipped).reduce((sum, n) => sum + n, accepted + rejected + uncertain);
    return { ...counts, planned: audience - settled };
  }

  /** What became of each person: the newest send first, within it page by page and in the order of their ids. */
  recipients(scope: WorkspaceRef, period: OriginPeriod, filter: OriginFilter): Promise<OriginRecipient[]> {
    const { state, reason, after, limit } = filter;
    const only = (condition: Sql | false) => (condition ? sql`and ${condition}` : empty);
    const following =
      after !== undefined &&
      sql`(s.created_at, s.id) <= (select a.created_at, a.id from sends a
                                    where a.workspace_id = ${scope.workspaceId} and a.id = ${after.sendId})`;
    const behind =
      after !== undefined &&
      sql`(s.id <> ${after.sendId} or (o.page, o.member_id) > (${after.page}, ${after.memberId}))`;
    return this.db.query<OriginRecipient>(
      scope,
      // Looked up person by person: joined as sets, Postgres may read all members for each of them.
      sql`select o."sendId", o."decidedAt", o."memberId", o.state, o.reason, o.detail, o."requestId", o."settledAt", o.page,
                 (select external_id from members m
                   where m.workspace_id = ${unseen(scope.workspaceId)} and m.id = o."memberId") as "externalId",
                 (select user_id from line_users u
                   where u.workspace_id = ${unseen(scope.workspaceId)} and u.id = o.line_user_id) as "lineUserId"
            from (
              select s.id as "sendId", s.created_at as "decidedAt", o.*
                from (select s.id, s.created_at from sends s where ${ofOrigin(scope, period)} ${only(following)}
                       order by s.created_at desc, s.id desc) s
               cross join lateral (
                 select o.member_id as "memberId", o.line_user_id, o.state, o.reason, o.detail,
                        o.request_id as "requestId", o.settled_at as "settledAt", o.page
                   from pages p
                   join recipient_outcomes o on o.workspace_id = ${scope.workspaceId} and o.send_id = s.id
                    and o.page = p.number
                  where p.workspace_id = ${scope.workspaceId} and p.send_id = s.id
                    ${only(state !== undefined && sql`${counted[state]} and o.state = ${state}`)}
                    ${only(reason !== undefined && sql`jsonb_exists(p.skipped, ${reason}) and o.reason = ${reason}`)}
                    ${only(behind)}
                  order by o.page, o.member_id limit ${limit}) o
               order by s.created_at desc, s.id desc, o.page, o."memberId" limit ${limit}) o
           order by o."decidedAt" desc, o."sendId" desc, o.page, o."memberId"`,
    );
  }
}

function ofOrigin({ workspaceId }: WorkspaceRef, { originId, from, to }: OriginPeriod): Sql {
  return sql`s.workspace_id = ${workspaceId} and s.origin_id = ${originId} and s.created_at >= ${from}
    ${to === undefined ? empty : sql`and s.created_at < ${to}`}`;
}
