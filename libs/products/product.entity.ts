import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { Availability } from './stock.js';

/** A product as the company last stated it. Written and read by SQL only. */
@Entity('products')
@Index('products_by_id', { synchronize: false })
export class ProductRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn({ type: 'text', name: 'product_id', collation: 'C' })
  productId: string;

  @Column({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('text')
  name: string;

  @Column('text', { nullable: true })
  category: string | null;

  /** Minor units, as is the sale price. */
  @Column('bigint')
  price: string;

  @Column('bigint', { name: 'sale_price', nullable: true })
  salePrice: string | null;

  @Column('text', { name: 'image_url', nullable: true })
  imageUrl: string | null;

  @Column('text', { nullable: true })
  url: string | null;

  /** Units; null: not counted. */
  @Column('integer', { nullable: true })
  stock: number | null;

  @Column('text')
  availability: Availability;

  /** The last feed with `replace` that named it. */
  @Column('uuid', { name: 'feed_id', nullable: true })
  feedId: string | null;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
