import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A member who wants to hear when a product is back. Written and read by SQL only. */
@Entity('restock_requests')
@Index('restock_requests_by_product', { synchronize: false })
export class RestockRequestRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint', { name: 'member_id' })
  memberId: string;

  @PrimaryColumn({ type: 'text', name: 'product_id', collation: 'C' })
  productId: string;

  /** Order of asking. */
  @Column({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('timestamptz', { name: 'asked_at' })
  askedAt: Date;
}
