import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A member waited for a product until then. Written and read by SQL only. */
@Entity('ended_restock_requests')
@Index('ended_restock_requests_by_product', { synchronize: false })
export class EndedRestockRequestRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint', { name: 'member_id' })
  memberId: string;

  @PrimaryColumn({ type: 'text', name: 'product_id', collation: 'C' })
  productId: string;

  @PrimaryColumn('bigint')
  id: string;

  @Column('timestamptz', { name: 'asked_at' })
  askedAt: Date;

  @Column('timestamptz', { name: 'ended_at' })
  endedAt: Date;
}
