import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** An order as its last statement and its refunds leave it. Written and read by SQL only. */
@Entity('orders')
@Index('orders_by_member', { synchronize: false })
@Index('orders_by_store', { synchronize: false })
export class OrderRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn({ type: 'text', name: 'order_id', collation: 'C' })
  orderId: string;

  @Column({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('bigint', { name: 'member_id' })
  memberId: string;

  @Column('timestamptz', { name: 'ordered_at', nullable: true })
  orderedAt: Date | null;

  @Column('integer', { name: 'store_id', nullable: true })
  storeId: number | null;

  @Column('bigint', { name: 'stated_total', nullable: true })
  statedTotal: string | null;

  @Column('bigint', { name: 'net_total', nullable: true })
  netTotal: string | null;

  @Column('bigint', { name: 'net_quantity', nullable: true })
  netQuantity: string | null;

  @Column('boolean')
  counted: boolean;
}
