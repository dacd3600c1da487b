import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { SendClass, SendProblem } from '#delivery';
import type { LinkRole } from '#linking';

/** Once started, the state of its send goes on from here. */
export type StoredCampaignState = 'draft' | 'scheduled' | 'started' | 'cancelled' | 'failed';

/** A marketer's scheduled send. */
@Entity('campaigns')
@Index('campaigns_by_segment', { synchronize: false })
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
