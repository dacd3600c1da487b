import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { LinePlan, Tier } from './tariffs.js';

/** Which plan of LINE's a channel is on. */
@Entity('channel_plans')
export class ChannelPlanRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'channel_id' })
  channelId: string;

  @Column('text')
  plan: LinePlan;

  /** The channel's own prices of further messages; null: LINE's. */
  @Column('jsonb', { nullable: true })
  tiers: Tier[] | null;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
