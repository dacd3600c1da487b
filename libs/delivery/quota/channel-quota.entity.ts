import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What LINE said last of a channel's month. */
@Entity('channel_quotas')
export class ChannelQuotaRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'channel_id' })
  channelId: string;

  /** Null: LINE names no limit. */
  @Column('bigint', { nullable: true })
  most: string | null;

  @Column('bigint')
  used: string;

  @Column('bigint', { name: 'by_others' })
  byOthers: string;

  @Column('timestamptz', { name: 'read_at' })
  readAt: Date;
}
