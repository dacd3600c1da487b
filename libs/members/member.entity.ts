import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A person of the company's, with the summary that most rules need alone. Written and read by SQL only. */
@Entity('members')
@Index('members_by_external_id', { synchronize: false })
@Index('members_by_rank', { synchronize: false })
export class MemberRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column({ type: 'text', name: 'external_id', collation: 'C' })
  externalId: string;

  @Column({ type: 'text', nullable: true, collation: 'C' })
  rank: string | null;

  @Column('smallint', { name: 'birth_month', nullable: true })
  birthMonth: number | null;

  @Column('timestamptz', { name: 'registered_at', nullable: true })
  registeredAt: Date | null;

  @Column('integer', { name: 'visit_count' })
  visitCount: number;

  @Column('timestamptz', { name: 'first_visit_at', nullable: true })
  firstVisitAt: Date | null;

  @Column('timestamptz', { name: 'last_visit_at', nullable: true })
  lastVisitAt: Date | null;

  @Column('integer', { name: 'purchase_count' })
  purchaseCount: number;

  @Column('bigint', { name: 'purchase_total' })
  purchaseTotal: string;

  @Column('bigint', { name: 'purchase_quantity' })
  purchaseQuantity: string;

  @Column('timestamptz', { name: 'first_purchase_at', nullable: true })
  firstPurchaseAt: Date | null;

  @Column('timestamptz', { name: 'last_purchase_at', nullable: true })
  lastPurchaseAt: Date | null;

  @Column('boolean')
  linked: boolean;

  @Column('enum', { name: 'friend_state', enum: ['friend', 'blocked', 'none'], enumName: 'friend_state' })
  friendState: string;

  @Column('boolean')
  profiled: boolean;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
