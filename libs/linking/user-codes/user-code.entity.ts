import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A code by which a user of a contract links. Written and read by SQL only. */
@Entity('user_codes')
@Index('user_codes_by_contract', ['workspaceId', 'contractorId', 'userId'])
@Index('user_codes_open', { synchronize: false })
export class UserCodeRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid')
  id: string;

  @Column('bigint', { name: 'contractor_id' })
  contractorId: string;

  @Column('bigint', { name: 'user_id' })
  userId: string;

  /** Encrypted. */
  @Column('bytea', { nullable: true })
  label: Buffer | null;

  /** Encrypted; null once it is used or ended. */
  @Column('bytea', { nullable: true })
  code: Buffer | null;

  @Index('user_codes_by_hash', { synchronize: false })
  @Column('bytea', { name: 'code_hash' })
  codeHash: Buffer;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'expires_at', nullable: true })
  expiresAt: Date | null;

  @Column('uuid', { name: 'attempt_id', nullable: true })
  attemptId: string | null;

  @Column('timestamptz', { name: 'used_at', nullable: true })
  usedAt: Date | null;

  @Column('bigint', { name: 'used_by', nullable: true })
  usedBy: string | null;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;
}
