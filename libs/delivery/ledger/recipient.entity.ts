import { Column, Entity, PrimaryColumn } from 'typeorm';

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

/** Who has an outcome apart from their page's. Written and read by SQL only; everybody's is in recipient_outcomes. */
@Entity('recipients')
export class RecipientRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'send_id' })
  sendId: string;

  @PrimaryColumn('bigint', { name: 'member_id' })
  memberId: string;

  @Column('integer')
  page: number;

  @Column('text')
  state: Exclude<RecipientState, 'planned'>;

  @Column('text', { nullable: true })
  reason: SkipReason | null;

  @Column('text', { nullable: true })
  detail: string | null;

  @Column('text', { name: 'request_id', nullable: true })
  requestId: string | null;

  @Column('timestamptz', { name: 'settled_at' })
  settledAt: Date;
}
