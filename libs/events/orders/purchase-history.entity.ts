import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A member's counted orders in order of time, with running sums. Written and read by SQL only. */
@Entity('purchase_histories')
export class PurchaseHistoryRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint', { name: 'member_id' })
  memberId: string;

  @Column('timestamptz', { name: 'ordered_at', array: true })
  orderedAt: Date[];

  @Column('bigint', { name: 'total_sums', array: true })
  totalSums: string[];

  @Column('bigint', { name: 'quantity_sums', array: true })
  quantitySums: string[];
}
