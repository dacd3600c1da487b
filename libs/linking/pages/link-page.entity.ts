import { Column, Entity, PrimaryColumn } from 'typeorm';

/** The link page of a channel, where its settings are other than the defaults. */
@Entity('link_pages')
export class LinkPageRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'channel_id' })
  channelId: string;

  @Column('jsonb')
  settings: object;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
