import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Settings that somebody looks at before they are saved. */
@Entity('link_page_drafts')
@Index('link_page_drafts_by_end', { synchronize: false })
export class LinkPageDraftRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'channel_id' })
  channelId: string;

  @Column('jsonb')
  settings: object;

  @Column('timestamptz', { name: 'expires_at' })
  expiresAt: Date;
}
