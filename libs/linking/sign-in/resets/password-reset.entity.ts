import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A link in a mail by which a member sets a password, once. The token itself is nowhere but in the mail. */
@Entity('password_resets')
@Index('password_resets_by_token', ['workspaceId', 'tokenHash'], { unique: true })
@Index('password_resets_by_member', ['workspaceId', 'memberId'])
export class PasswordResetRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid')
  id: string;

  @Column('bigint', { name: 'member_id' })
  memberId: string;

  @Column('bytea', { name: 'token_hash' })
  tokenHash: Buffer;

  /** SHA-256 of the address it was mailed to. */
  @Column('bytea', { name: 'email_hash' })
  emailHash: Buffer;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'mailed_at', nullable: true })
  mailedAt: Date | null;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;

  @Column('timestamptz', { name: 'used_at', nullable: true })
  usedAt: Date | null;
}
