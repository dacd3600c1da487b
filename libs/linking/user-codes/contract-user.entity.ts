import { Column, Entity, PrimaryColumn } from 'typeorm';

/** That a member uses a contractor's contract. Written and read by SQL only. */
@Entity('contract_users')
export class ContractUserRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint', { name: 'contractor_id' })
  contractorId: string;

  @PrimaryColumn('bigint', { name: 'user_id' })
  userId: string;

  /** Encrypted. */
  @Column('bytea', { nullable: true })
  name: Buffer | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
