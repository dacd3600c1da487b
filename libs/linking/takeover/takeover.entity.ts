import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** `open`: waits for its code; `cancelled`: a newer one was asked for, or the links are gone. An open one may have expired. */
export type StoredTakeoverState = 'open' | 'done' | 'undone' | 'cancelled';

/** A member's way from one LINE user of a channel to another. Written and read by SQL only. */
@Entity('takeovers')
@Index('takeovers_open', { synchronize: false })
@Index('takeovers_by_code', ['workspaceId', 'codeHash'], { unique: true })
@Index('takeovers_by_line_user', ['workspaceId', 'fromLineUserId'])
export class TakeoverRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'channel_id' })
  channelId: string;

  @Column('bigint', { name: 'member_id' })
  memberId: string;

  @Column('bigint', { name: 'from_line_user_id' })
  fromLineUserId: string;

  @Column('bigint', { name: 'to_line_user_id', nullable: true })
  toLineUserId: string | null;

  @Column('bytea', { name: 'code_hash' })
  codeHash: Buffer;

  @Column('text')
  state: StoredTakeoverState;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  /** Of the code. */
  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  @Column('timestamptz', { name: 'done_at', nullable: true })
  doneAt: Date | null;

  @Column('timestamptz', { name: 'undo_until', nullable: true })
  undoUntil: Date | null;

  /** When the LINE user from whom it took said that it was not them. */
  @Column('timestamptz', { name: 'objected_at', nullable: true })
  objectedAt: Date | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;
}

/** Which link a takeover has put in the place of which. */
@Entity('takeover_links')
@Index('takeover_links_by_new', ['workspaceId', 'toLinkId'])
export class TakeoverLinkRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'takeover_id' })
  takeoverId: string;

  @PrimaryColumn('bigint', { name: 'from_link_id' })
  fromLinkId: string;

  @Column('bigint', { name: 'to_link_id' })
  toLinkId: string;

  /** False: the LINE user had the same link before. */
  @Column('boolean')
  made: boolean;
}

/** In whose attempt a code was entered; it counts when that attempt confirms it. */
@Entity('takeover_claims')
export class TakeoverClaimRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'attempt_id' })
  attemptId: string;

  @Column('uuid', { name: 'takeover_id' })
  takeoverId: string;
}
