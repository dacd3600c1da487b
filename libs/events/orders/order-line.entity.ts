import { Column, Entity, PrimaryColumn } from 'typeorm';

/** What is left of one line of a counted order. Written and read by SQL only. */
@Entity('order_lines')
export class OrderLineRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint', { name: 'member_id' })
  memberId: string;

  @PrimaryColumn('bigint', { name: 'order_number' })
  orderNumber: string;

  @PrimaryColumn('smallint')
  line: number;

  @Column('timestamptz', { name: 'ordered_at' })
  orderedAt: Date;

  @Column('integer', { name: 'product_id' })
  productId: number;

  @Column('integer', { name: 'category_id', nullable: true })
  categoryId: number | null;

  @Column('integer', { name: 'store_id', nullable: true })
  storeId: number | null;

  @Column('bigint')
  quantity: string;

  @Column('bigint')
  total: string;
}
