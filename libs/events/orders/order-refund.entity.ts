import { Column, Entity, PrimaryColumn } from 'typeorm';

/** All refunds of an order by one member, summed. Written and read by SQL only. */
@Entity('order_refunds')
export class OrderRefundRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn({ type: 'text', name: 'order_id', collation: 'C' })
  orderId: string;

  @PrimaryColumn('bigint', { name: 'member_id' })
  memberId: string;

  @Column('bigint')
  total: string;

  @Column('jsonb')
  returned: object;
}
