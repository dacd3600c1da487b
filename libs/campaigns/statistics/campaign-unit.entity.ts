import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { UnitStatistics } from '#line';

/** Days of LINE's, at most 31 in a row, in which people take to what was sent under an aggregation unit. */
@Entity('campaign_units')
@Index('campaign_units_due', { synchronize: false })
@Index('campaign_units_by_campaign', ['workspaceId', 'campaignId', 'askedAt'])
export class CampaignUnitRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'channel_id' })
  channelId: string;

  @PrimaryColumn('text', { collation: 'C' })
  unit: string;

  @PrimaryColumn('date', { name: 'from_day' })
  fromDay: string;

  @Column('date', { name: 'to_day' })
  toDay: string;

  /** Whose turn it counts as. */
  @Column('uuid', { name: 'campaign_id' })
  campaignId: string;

  @Column('date', { name: 'last_sent_on' })
  lastSentOn: string;

  /** When LINE is to be asked next; null: it has told everything. */
  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt: Date | null;

  @Column('timestamptz', { name: 'asked_at', nullable: true })
  askedAt: Date | null;

  @Column('timestamptz', { name: 'fetched_at', nullable: true })
  fetchedAt: Date | null;

  /** As LINE told it. */
  @Column('jsonb', { nullable: true })
  statistics: UnitStatistics | null;

  /** Why it could not be had. */
  @Column('text', { nullable: true })
  problem: string | null;
}

/** When LINE was asked for statistics in the last hour. */
@Entity('line_insight_budgets')
export class InsightBudgetRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'channel_id' })
  channelId: string;

  @Column('timestamptz', { name: 'asked_at', array: true })
  askedAt: Date[];
}
