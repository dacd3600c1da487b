import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { SendClass, SendProblem } from '#delivery';
import type { LinkRole } from '#linking';
import type { CampaignOptions, Variant } from './options/campaign-options.js';
import type { Repetition } from './repeating/repetition.js';

/**
 * Once started, the state of its send goes on from here. A campaign that comes back is scheduled until its last
 * occurrence, then finished; in between it may be paused.
 */
export type StoredCampaignState =
  'draft' | 'scheduled' | 'awaiting_approval' | 'paused' | 'started' | 'finished' | 'cancelled' | 'failed';

/** A marketer's scheduled send. */
@Entity('campaigns')
@Index('campaigns_by_segment', { synchronize: false })
@Index('campaigns_by_audience', { synchronize: false })
export class CampaignRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  name: string;

  @Column('uuid', { name: 'channel_id' })
  channelId: string;

  @Column('uuid', { name: 'segment_id', nullable: true })
  segmentId: string | null;

  @Column('jsonb', { nullable: true })
  rule: object | null;

  /** Everyone in any of these. */
  @Column('uuid', { name: 'segment_ids', array: true, nullable: true })
  segmentIds: string[] | null;

  @Column('uuid', { name: 'audience_id', nullable: true })
  audienceId: string | null;

  /** But for those in any of these. */
  @Column('uuid', { name: 'exclude_segment_ids', array: true, default: '{}' })
  excludeSegmentIds: string[];

  /** Only people who are linked in this role get it. */
  @Column('text', { nullable: true })
  role: LinkRole | null;

  @Column('jsonb')
  messages: object[];

  @Column('text')
  class: SendClass;

  @Column('text')
  unit: string;

  @Column('timestamptz', { name: 'send_at', nullable: true })
  sendAt: Date | null;

  @Column('integer', { name: 'undo_seconds', default: 0 })
  undoSeconds: number;

  /** When it will leave: never before the undo window has passed. Of one that comes back, the next time. */
  @Column('timestamptz', { name: 'starts_at', nullable: true })
  startsAt: Date | null;

  @Column('jsonb', { nullable: true })
  repeat: Repetition | null;

  /** When it may leave, to how many, and what is tried with a part of them first. */
  @Column('jsonb', { default: '{}' })
  options: Partial<CampaignOptions>;

  /** The first is `messages` and `unit`; null: there is one content. */
  @Column('jsonb', { nullable: true })
  variants: Variant[] | null;

  @Column('text')
  state: StoredCampaignState;

  @Column('uuid', { name: 'send_id', nullable: true })
  sendId: string | null;

  @Column('jsonb', { nullable: true })
  problem: SendProblem | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
