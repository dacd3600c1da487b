import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Whether and from where a workspace's pages may tell what people do on them. Written and read by SQL only. */
@Entity('tracking_settings')
@Index('tracking_settings_by_key', { synchronize: false })
export class TrackingSettingsRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  /** Stands in the pages for everybody to see. */
  @Column({ type: 'text', collation: 'C' })
  key: string;

  @Column('boolean')
  enabled: boolean;

  @Column('text', { array: true })
  origins: string[];

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
