import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export const RECIPIENT_STATES = ['planned', 'accepted', 'rejected', 'uncertain', 'skipped'] as const;
export type RecipientState = (typeof RECIPIENT_STATES)[number];

/** Why somebody who was named is not sent to. */
export const SKIP_REASONS = [
  'not_linked',
  /** Linked, and not in the role that the send is for. */
  'not_in_role',
  'not_friend',
  'blocked',
  'opted_out',
  'capped',
  'duplicate',
  'holdout',
  'quota',
  'cancelled',
  'expired',
  /** A variable has neither a value nor a fallback. */
  'missing_variable',
  /** With this person's values the message breaks one of LINE's limits. */
  'unfit_message',
] as const;
export type SkipReason = (typeof SKIP_REASONS)[number];

/** One person in one send. Written and read by SQL only; their outcome is in the view recipient_outcomes. */
@Entity('recipients')
@Index('recipients_once', { synchronize: false })
export class RecipientRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'send_id' })
  sendId: string;

  @PrimaryColumn('bigint', { name: 'member_id' })
  memberId: string;

  @Column('bigint', { name: 'line_user_id', nullable: true })
  lineUserId: string | null;

  @Column('integer', { nullable: true })
  page: number | null;

  @Column('smallint', { default: 0 })
  variant: number;

  @Column('text')
  state: RecipientState;

  @Column('text', { nullable: true })
  reason: SkipReason | null;

  @Column('text', { nullable: true })
  detail: string | null;

  @Column('jsonb', { nullable: true })
  variables: Record<string, string | null> | null;

  @Column('text', { name: 'request_id', nullable: true })
  requestId: string | null;

  @Column('timestamptz', { name: 'settled_at', nullable: true })
  settledAt: Date | null;
}
