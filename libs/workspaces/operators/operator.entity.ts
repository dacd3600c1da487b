import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One of the company's own staff, who signs in with e-mail and password. */
@Entity('operators')
@Index('operators_by_email', { synchronize: false })
export class Operator {
  @PrimaryColumn({ name: 'workspace_id', type: 'uuid' })
  workspaceId: string;

  @PrimaryColumn({ type: 'uuid' })
  id: string;

  /** As it was written; compared without regard to the case of ASCII letters. */
  @Column({ type: 'text' })
  email: string;

  @Column({ type: 'text' })
  name: string;

  /** Argon2id with its parameters; see `Passwords`. */
  @Column({ name: 'password_hash', type: 'text' })
  passwordHash: string;

  /** `*` is every permit there is and will be. */
  @Column({ type: 'text', array: true })
  permits: string[];

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;

  @Column({ name: 'disabled_at', type: 'timestamptz', nullable: true })
  disabledAt: Date | null;
}
