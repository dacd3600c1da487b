import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';
import type { Ceilings } from '#workspaces';
import type { LinePlan, Tier } from '../price/tariffs.js';

/** A channel's messages of the month so far, and what is known of what they cost. */
export interface ChannelSpending {
  channelId: string;
  month: number;
  /** Of these, today's. */
  today: number;
  plan: LinePlan | null;
  ownTiers: Tier[] | null;
  /** Messages a month that LINE named last; null: none, or not known. */
  limit: number | null;
  /** Messages of this month that others than we have sent, as far as is known. */
  byOthers: number;
}

export interface DayOfMonth {
  /** First day of the month, `YYYY-MM-DD`. */
  month: string;
  day: string;
}

@Injectable()
export class SpendingRepository {
  constructor(private readonly db: Database) {}

  /** As they are until the ambient transaction ends: who changes them waits for it. */
  async holdCeilings(scope: WorkspaceRef): Promise<Ceilings | null> {
    const row = await this.db.one<{ ceilings: Ceilings | null }>(
      scope,
      sql`select ceilings from workspaces where id = ${scope.workspaceId} for key share`,
    );
    return row.ceilings;
  }

  /** Until the ambient transaction ends nobody else counts on any channel of a workspace that has ceilings. */
  async takeTurn(scope: WorkspaceRef): Promise<void> {
    const name = `delivery.spending ${scope.workspaceId}`;
    await this.db.query(scope, sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
  }

  /** Every channel that has sent this month. @param since month's beginning: what LINE said before it is of another month */
  soFar(scope: WorkspaceRef, { month, day }: DayOfMonth, since: Date): Promise<ChannelSpending[]> {
    return this.db.query<ChannelSpending>(
      scope,
      sql`select s.channel_id as "channelId", s.month, s.today, p.plan, p.tiers as "ownTiers",
                 q.most::float8 as limit, coalesce(q.by_others, 0)::float8 as "byOthers"
            from (select channel_id, sum(messages)::float8 as month,
                         coalesce(sum(messages) filter (where day = ${day}::date), 0)::float8 as today
                    from spending where workspace_id = ${scope.workspaceId} and day >= ${month}::date
                   group by channel_id) s
            left join channel_plans p on p.workspace_id = ${scope.workspaceId} and p.channel_id = s.channel_id
            left join channel_quotas q on q.workspace_id = ${scope.workspaceId} and q.channel_id = s.channel_id
                                      and q.read_at >= ${since}`,
    );
  }

  /** Nothing counted yet is a row too, so that `soFar` tells of the channel. */
  async add(scope: Scope, channelId: string, day: string, messages: number): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into spending as s (workspace_id, day, channel_id, messages)
          values (${scope.workspaceId}, ${day}, ${channelId}, ${messages})
          on conflict (workspace_id, day, channel_id) do update set messages = s.messages + excluded.messages`,
    );
  }

  async takeBack(scope: Scope, channelId: string, day: string, messages: number): Promise<void> {
    await this.db.execute(
      scope,
      sql`update spending set messages = greatest(0, messages - ${messages}::bigint)
           where workspace_id = ${scope.workspaceId} and day = ${day} and channel_id = ${channelId}`,
    );
  }

  /** Of one channel, by month. @param months `YYYY-MM` */
  async months(scope: WorkspaceRef, channelId: string, months: readonly string[]): Promise<Map<string, number>> {
    const rows = await this.db.query<{ month: string; n: number }>(
      scope,
      sql`select to_char(s.day, 'YYYY-MM') as month, sum(s.messages)::float8 as n from spending s
           where s.workspace_id = ${scope.workspaceId} and s.channel_id = ${channelId}
             and to_char(s.day, 'YYYY-MM') = any(${months}::text[]) group by 1`,
    );
    return new Map(rows.map(({ month, n }) => [month, n]));
  }

  /** Of one channel since a day, that day included. */
  async since(scope: WorkspaceRef, channelId: string, day: string): Promise<number> {
    const { n } = await this.db.one<{ n: number }>(
      scope,
      sql`select coalesce(sum(messages), 0)::float8 as n from spending
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and day >= ${day}`,
    );
    return n;
  }
}
