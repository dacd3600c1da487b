import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A request that carried an Idempotency-Key, and its answer. */
@Entity('idempotency_keys')
export class IdempotencyKey {
  @PrimaryColumn({ name: 'workspace_id', type: 'uuid' })
  workspaceId: string;

  /** `POST /v1/api-keys` */
  @PrimaryColumn({ type: 'text' })
  route: string;

  @PrimaryColumn({ type: 'text', collation: 'C' })
  key: string;

  @Column({ name: 'body_hash', type: 'bytea' })
  bodyHash: Buffer;

  /** Encrypted JSON; null for an answer without body. */
  @Column({ type: 'bytea', nullable: true })
  response: Buffer | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
