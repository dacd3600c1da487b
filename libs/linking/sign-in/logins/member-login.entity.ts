import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What a member signs in with on our own page. Written and read by SQL only. */
@Entity('member_logins')
@Index('member_logins_by_key', ['workspaceId', 'loginKey'], { unique: true })
export class MemberLoginRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint', { name: 'member_id' })
  memberId: string;

  /** As the company wrote it. */
  @Column('text', { name: 'login_id' })
  loginId: string;

  /** See `loginKeyOf`. */
  @Column({ type: 'text', name: 'login_key', collation: 'C' })
  loginKey: string;

  /** Argon2id with its parameters; null until the member sets one by mail. */
  @Column('text', { name: 'password_hash', nullable: true })
  passwordHash: string | null;

  @Column('timestamptz', { name: 'password_set_at', nullable: true })
  passwordSetAt: Date | null;

  /** SHA-256 of the address that a mailed link has proven. */
  @Column('bytea', { name: 'verified_email_hash', nullable: true })
  verifiedEmailHash: Buffer | null;

  @Column('timestamptz', { name: 'email_verified_at', nullable: true })
  emailVerifiedAt: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
