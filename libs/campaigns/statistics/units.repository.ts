import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';
import type { UnitStatistics } from '#line';
import type { UnitDays } from './line-days.js';

export interface UnitRow extends UnitDays {
  unit: string;
  dueAt: Date | null;
  fetchedAt: Date | null;
  statistics: UnitStatistics | null;
  problem: string | null;
}

export interface ChannelUnit {
  channelId: string;
  unit: string;
}

const days = sql`from_day::text as "fromDay", to_day::text as "toDay", last_sent_on::text as "lastSentOn"`;
const columns = sql`unit, ${days}, due_at as "dueAt", fetched_at as "fetchedAt", statistics, problem`;

/** What LINE tells of aggregation units. */
@Injectable()
export class UnitsRepository {
  constructor(private readonly db: Database) {}

  /** The newest days of a unit; whoever else asks for them in a transaction of its own waits. */
  async hold(scope: WorkspaceRef, { channelId, unit }: ChannelUnit): Promise<UnitRow | undefined> {
    const name = `campaigns.unit ${channelId} ${unit}`;
    await this.db.query(scope, sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
    return this.db.maybeOne<UnitRow>(
      scope,
      sql`select ${columns} from campaign_units
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and unit = ${unit}
           order by from_day desc limit 1`,
    );
  }

  /** Begins days, or goes on with them. @param dueAt when LINE is to be asked, if not sooner */
  async put(
    scope: WorkspaceRef,
    { channelId, unit }: ChannelUnit,
    { fromDay, toDay, lastSentOn }: UnitDays,
    { campaignId, dueAt }: { campaignId: string; dueAt: Date | null },
  ): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into campaign_units (workspace_id, channel_id, unit, from_day, to_day, campaign_id, last_sent_on, due_at)
          values (${scope.workspaceId}, ${channelId}, ${unit}, ${fromDay}, ${toDay}, ${campaignId}, ${lastSentOn}, ${dueAt})
          on conflict (workspace_id, channel_id, unit, from_day) do update
            set last_sent_on = excluded.last_sent_on, due_at = least(campaign_units.due_at, excluded.due_at)`,
    );
  }

  /** Of some units, the oldest days first. */
  list(scope: WorkspaceRef, channelId: string, units: readonly string[]): Promise<UnitRow[]> {
    return this.db.query<UnitRow>(
      scope,
      sql`select ${columns} from campaign_units
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and unit = any(${units}::text[])
           order by unit, from_day`,
    );
  }

  /** Channels of all workspaces at which LINE is to be asked. */
  dueChannels(scope: null, at: Date): Promise<{ workspaceId: string; channelId: string }[]> {
    return this.db.query(
      scope,
      sql`select workspace_id as "workspaceId", channel_id as "channelId" from lookup_due_campaign_units(${at})`,
    );
  }

  /** The days whose turn it is: of the campaign that was asked about longest ago. They are not due again before `until`. */
  claim(scope: Scope, channelId: string, until: Date): Promise<UnitRow | undefined> {
    const now = scope.clock.now();
    return this.db.maybeOne<UnitRow>(
      scope,
      sql`with next as (
            select u.unit, u.from_day from campaign_units u
              left join lateral (
                select max(o.asked_at) as at from campaign_units o
                 where o.workspace_id = u.workspace_id and o.campaign_id = u.campaign_id) turn on true
             where u.workspace_id = ${scope.workspaceId} and u.channel_id = ${channelId} and u.due_at <= ${now}
             order by turn.at nulls first, u.asked_at nulls first, u.due_at, u.unit
             limit 1 for update of u skip locked)
          update campaign_units c set asked_at = ${now}, due_at = ${until} from next
           where c.workspace_id = ${scope.workspaceId} and c.channel_id = ${channelId} and c.unit = next.unit
             and c.from_day = next.from_day
          returning c.unit, c.from_day::text as "fromDay", c.to_day::text as "toDay", c.last_sent_on::text as "lastSentOn",
                    c.due_at as "dueAt", c.fetched_at as "fetchedAt", c.statistics, c.problem`,
    );
  }

  async keep(
    scope: Scope,
    { channelId, unit, fromDay }: ChannelUnit & { fromDay: string },
    told: { dueAt: Date | null } & ({ statistics: UnitStatistics } | { problem: string }),
  ): Promise<void> {
    const place = sql`workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and unit = ${unit}
      and from_day = ${fromDay}`;
    const change =
      'problem' in told
        ? sql`problem = ${told.problem}`
        : sql`problem = null, statistics = ${JSON.stringify(told.statistics)}, fetched_at = ${scope.clock.now()}`;
    await this.db.execute(scope, sql`update campaign_units set due_at = ${told.dueAt}, ${change} where ${place}`);
  }

  /** These units are due at once, where LINE tells of days that are over and has not told everything. */
  async hurry(scope: Scope, channelId: string, units: readonly string[], today: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`update campaign_units set due_at = ${scope.clock.now()}
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and unit = any(${units}::text[])
             and due_at is not null and from_day < ${today}`,
    );
  }

  /** LINE can be asked about a channel no longer. */
  async giveUp(scope: WorkspaceRef, channelId: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`update campaign_units set due_at = null
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and due_at is not null`,
    );
  }
}
