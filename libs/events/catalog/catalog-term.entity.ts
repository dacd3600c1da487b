import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The number of a category, product or store of a workspace. Written and read by SQL only. */
@Entity('catalog_terms')
@Index('catalog_terms_by_id', { synchronize: false })
export class CatalogTermRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('text')
  kind: string;

  @PrimaryColumn({ type: 'text', collation: 'C' })
  term: string;

  @Column({ type: 'integer', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: number;
}
