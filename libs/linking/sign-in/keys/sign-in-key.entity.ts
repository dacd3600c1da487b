import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A secret that the company's own sign-in and we share, to know each other's words by. */
@Entity('sign_in_keys')
export class SignInKeyRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid')
  id: string;

  /** Encrypted, bound to this row. */
  @Column('bytea')
  secret: Buffer;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
