import { Entity, PrimaryColumn } from 'typeorm';

/** A product was in stock again by what the catalogue said. Written and read by SQL only. */
@Entity('product_restocks')
export class ProductRestockRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint', { name: 'product_id' })
  productId: string;

  @PrimaryColumn('timestamptz', { name: 'restocked_at' })
  restockedAt: Date;
}
