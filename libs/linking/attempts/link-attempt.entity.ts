import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { LinkRole } from '../link.entity.js';
import type { AttemptState, Proof, Purpose, Route } from './attempt.js';

/** One person's way through linking. Written and read by SQL only. */
@Entity('link_attempts')
@Index('link_attempts_by_ticket', { synchronize: false })
@Index('link_attempts_by_login_state', { synchronize: false })
@Index('link_attempts_by_nonce', { synchronize: false })
@Index('link_attempts_under_way', { synchronize: false })
@Index('link_attempts_ended', { synchronize: false })
export class LinkAttemptRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'channel_id' })
  channelId: string;

  @Column('text')
  purpose: Purpose;

  @Column('text')
  route: Route;

  @Column('text')
  role: LinkRole;

  /** SHA-256 of the secret in the browser's cookie. */
  @Column('bytea', { name: 'browser_hash', nullable: true })
  browserHash: Buffer | null;

  /** SHA-256 of the secret in an address that was sent to the person. */
  @Column('bytea', { name: 'ticket_hash', nullable: true })
  ticketHash: Buffer | null;

  @Column('bytea', { name: 'link_token', nullable: true })
  linkToken: Buffer | null;

  @Column('bytea', { name: 'login_state_hash', nullable: true })
  loginStateHash: Buffer | null;

  @Column('bytea', { name: 'login_nonce', nullable: true })
  loginNonce: Buffer | null;

  @Column('bytea', { name: 'code_verifier', nullable: true })
  codeVerifier: Buffer | null;

  @Column('text', { name: 'login_redirect_uri', nullable: true })
  loginRedirectUri: string | null;

  @Column('bytea', { name: 'login_taken_hash', nullable: true })
  loginTakenHash: Buffer | null;

  @Column('boolean', { name: 'login_restarted', default: false })
  loginRestarted: boolean;

  @Column('bytea', { name: 'nonce_hash', nullable: true })
  nonceHash: Buffer | null;

  @Column('uuid', { name: 'session_id', nullable: true })
  sessionId: string | null;

  @Column('bigint', { name: 'line_user_id', nullable: true })
  lineUserId: string | null;

  @Column('bytea', { name: 'line_display_name', nullable: true })
  lineDisplayName: Buffer | null;

  @Column('boolean', { nullable: true })
  friend: boolean | null;

  @Column('bytea', { name: 'login_tokens', nullable: true })
  loginTokens: Buffer | null;

  @Column('bigint', { name: 'member_id', nullable: true })
  memberId: string | null;

  @Column('text', { nullable: true })
  proof: Proof | null;

  @Column('bigint', { name: 'consent_id', nullable: true })
  consentId: string | null;

  @Column('text')
  state: AttemptState;

  @Column('text', { nullable: true })
  failure: string | null;

  @Column('bigint', { name: 'link_id', nullable: true })
  linkId: string | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;
}
