import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';
import type { SkipReason } from './recipient.entity.js';

/** planned + accepted + rejected + uncertain + all skipped = audience, at any moment. */
export interface SendTotals {
  audience: number;
  planned: number;
  accepted: number;
  rejected: number;
  uncertain: number;
  skipped: Partial<Record<SkipReason, number>>;
}

/** How those took it who have been sent to. */
export interface Reaction {
  accepted: number;
  rejected: number;
  /** Of the accepted, those who block the account now and did not when they were sent to. */
  blockedSince: number;
}

/** How many got what. */
@Injectable()
export class TotalsRepository {
  constructor(private readonly db: Database) {}

  /** Totals of several sends by id, read from their pages; of old ones as they were written down in the end. */
  async bySend(scope: WorkspaceRef, ids: readonly string[]): Promise<Map<string, SendTotals>> {
    const rows = await this.db.query<TotalsRecord & { id: string; totals: SendTotals | null }>(
      scope,
      sql`select s.id, coalesce(s.audience, 0) as audience, s.totals, p.*
            from sends s
            left join lateral (
              select coalesce(sum(accepted), 0)::int as accepted, coalesce(sum(rejected), 0)::int as rejected,
                     coalesce(sum(uncertain), 0)::int as uncertain,
                     array_agg(skipped) filter (where skipped <> '{}') as skipped
                from pages where workspace_id = s.workspace_id and send_id = s.id) p on true
           where s.workspace_id = ${scope.workspaceId} and s.id = any(${ids}::uuid[])`,
    );
    return new Map(rows.map((row) => [row.id, row.totals ?? toTotals(row)]));
  }

  /** Totals of each variant of those who were sent to at once, in the order of the variants. */
  async byVariant(scope: WorkspaceRef, sendId: string): Promise<SendTotals[]> {
    const rows = await this.db.query<TotalsRecord>(
      scope,
      sql`select sum(size)::int as audience, sum(accepted)::int as accepted, sum(rejected)::int as rejected,
                 sum(uncertain)::int as uncertain, array_agg(skipped) filter (where skipped <> '{}') as skipped
            from pages
           where workspace_id = ${scope.workspaceId} and send_id = ${sendId} and not rest and state <> 'skipped'
           group by variant order by variant`,
    );
    return rows.map(toTotals);
  }

  /**
   * Messages of a campaign or journey that were let leave on a channel, by month of the workspace's calendar, `YYYY-MM`.
   * Of sends whose pages were given up it is the month in which they were begun.
   */
  async sentByMonth(scope: Scope, channelId: string, originId: string): Promise<Map<string, number>> {
    const rows = await this.db.query<{ month: string; n: number }>(
      scope,
      sql`select to_char(m.at at time zone ${scope.timeZone}, 'YYYY-MM') as month, sum(m.messages)::float8 as n
            from sends s
           cross join lateral (
             select coalesce(p.first_attempt_at, p.settled_at, s.created_at) as at, p.accepted + p.uncertain
                      + case when p.first_attempt_at is null then 0 else p.remaining end as messages
               from pages p where p.workspace_id = s.workspace_id and p.send_id = s.id and s.totals is null
              union all
             select s.created_at, (s.totals ->> 'accepted')::int + (s.totals ->> 'uncertain')::int
              where s.totals is not null) m
           where s.workspace_id = ${scope.workspaceId} and s.channel_id = ${channelId} and s.origin_id = ${originId}
           group by 1`,
    );
    return new Map(rows.map(({ month, n }) => [month, n]));
  }

  async reaction(scope: WorkspaceRef, sendId: string): Promise<Reaction> {
    return this.db.one<Reaction>(
      scope,
      sql`select coalesce(sum(p.accepted), 0)::int as accepted, coalesce(sum(p.rejected), 0)::int as rejected,
                 (select count(*)::int from pages p
                    cross join lateral unnest(p.member_ids, p.line_user_ids) m (member_id, line_user_id)
                    join line_users u on u.workspace_id = p.workspace_id and u.id = m.line_user_id
                   where p.workspace_id = ${scope.workspaceId} and p.send_id = ${sendId} and p.accepted > 0
                     and u.friend_state = 'blocked'
                     and not exists (select from recipients r
                                      where r.workspace_id = p.workspace_id and r.send_id = p.send_id
                                        and r.member_id = m.member_id and r.state <> 'accepted')) as "blockedSince"
            from pages p where p.workspace_id = ${scope.workspaceId} and p.send_id = ${sendId}`,
    );
  }
}

interface TotalsRecord {
  audience: number;
  accepted: number;
  rejected: number;
  uncertain: number;
  skipped: Record<string, number>[] | null;
}

/** Who is named but has no outcome yet is planned, also before planning has got to them. */
function toTotals({ audience, accepted, rejected, uncertain, skipped: ofPages }: TotalsRecord): SendTotals {
  const skipped: Record<string, number> = {};
  for (const counts of ofPages ?? [])
    for (const [reason, n] of Object.entries(counts)) skipped[reason] = (skipped[reason] ?? 0) + n;
  const settled = Object.values(skipped).reduce((sum, n) => sum + n, accepted + rejected + uncertain);
  return { audience, planned: audience - settled, accepted, rejected, uncertain, skipped };
}
