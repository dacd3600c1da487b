import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The question "really unlink?", asked in the talk. Written and read by SQL only. */
@Entity('unlink_questions')
@Index('unlink_questions_by_line_user', ['workspaceId', 'lineUserId'])
export class UnlinkQuestionRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bytea', { name: 'token_hash' })
  tokenHash: Buffer;

  @Column('uuid', { name: 'channel_id' })
  channelId: string;

  @Column('bigint', { name: 'line_user_id' })
  lineUserId: string;

  @Column('bigint', { name: 'link_ids', array: true })
  linkIds: string[];

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  /** webhook_events.id of the answer. */
  @Column('bigint', { name: 'answered_by', nullable: true })
  answeredBy: string | null;
}
