import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { LinkRole } from '../link.entity.js';

/** How far a session has come; each step is taken once. */
export const SESSION_STATES = ['made', 'opened', 'finished', 'redeemed', 'linked'] as const;
export type SessionState = (typeof SESSION_STATES)[number];

/** What the site was told. `ambiguous`: the LINE user is several members. */
export const SESSION_OUTCOMES = ['known', 'unknown', 'ambiguous', 'failed'] as const;
export type SessionOutcome = (typeof SESSION_OUTCOMES)[number];

/** One sign-in of a site's visitor by LINE. Written and read by SQL only. */
@Entity('link_sessions')
@Index('link_sessions_by_age', ['createdAt', 'workspaceId'])
@Index('link_sessions_with_tokens', { synchronize: false })
export class LinkSessionRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'channel_id' })
  channelId: string;

  @Column('text', { nullable: true })
  role: LinkRole | null;

  @Column('bigint', { name: 'member_id', nullable: true })
  memberId: string | null;

  @Column('text', { name: 'return_url' })
  returnUrl: string;

  @Column('bytea', { name: 'key_hash', nullable: true })
  keyHash: Buffer | null;

  @Column('uuid', { name: 'attempt_id', nullable: true })
  attemptId: string | null;

  @Column('text')
  state: SessionState;

  @Column('bytea', { name: 'code_hash', nullable: true })
  codeHash: Buffer | null;

  @Column('bigint', { name: 'line_user_id', nullable: true })
  lineUserId: string | null;

  @Column('boolean', { nullable: true })
  friend: boolean | null;

  @Column('bytea', { name: 'login_tokens', nullable: true })
  loginTokens: Buffer | null;

  @Column('text', { nullable: true })
  failure: string | null;

  @Column('text', { nullable: true })
  outcome: SessionOutcome | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;
}
