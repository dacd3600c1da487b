import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An operator who has signed in somewhere. The token itself is nowhere; its hash is. */
@Entity('operator_sessions')
@Index('operator_sessions_by_hash', ['tokenHash'], { unique: true })
@Index('operator_sessions_by_operator', ['workspaceId', 'operatorId'])
export class OperatorSession {
  @PrimaryColumn({ name: 'workspace_id', type: 'uuid' })
  workspaceId: string;

  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ name: 'operator_id', type: 'uuid' })
  operatorId: string;

  @Column({ name: 'token_hash', type: 'bytea' })
  tokenHash: Buffer;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  /** To the minute. */
  @Column({ name: 'last_seen_at', type: 'timestamptz' })
  lastSeenAt: Date;

  @Column({ name: 'expires_at', type: 'timestamptz' })
  expiresAt: Date;

  @Column({ name: 'ended_at', type: 'timestamptz', nullable: true })
  endedAt: Date | null;
}
