import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A key of a workspace. The secret itself is nowhere; its hash is. */
@Entity('api_keys')
@Index('api_keys_by_hash', ['keyHash'], { unique: true })
export class ApiKey {
  @PrimaryColumn({ name: 'workspace_id', type: 'uuid' })
  workspaceId: string;

  @PrimaryColumn({ type: 'uuid' })
  id: string;

  @Column({ type: 'text' })
  name: string;

  /** SHA-256 of the secret: it has 256 random bits, so there is nothing to guess and no salt is needed. */
  @Column({ name: 'key_hash', type: 'bytea' })
  keyHash: Buffer;

  /** `*` is every permit there is and will be. */
  @Column({ type: 'text', array: true })
  permits: string[];

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @Column({ name: 'revoked_at', type: 'timestamptz', nullable: true })
  revokedAt: Date | null;
}
