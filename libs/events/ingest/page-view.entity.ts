import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One browse event, as rules ask about it. Written and read by SQL only. */
@Entity('page_views')
export class PageViewRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint')
  seq: string;

  @Column('bigint', { name: 'member_id' })
  memberId: string;

  @Column('timestamptz', { name: 'viewed_at' })
  viewedAt: Date;

  @Column('integer', { name: 'product_id', nullable: true })
  productId: number | null;

  @Column('integer', { name: 'category_id', nullable: true })
  categoryId: number | null;

  @Column('text')
  url: string;
}
