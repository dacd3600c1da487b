import { Column, Entity, PrimaryColumn } from 'typeorm';

/** People in bulk requests that may be on their way, until it is written down with each of them. */
@Entity('rich_menu_bulks')
export class RichMenuBulkRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'channel_id' })
  channelId: string;

  @PrimaryColumn({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('bigint', { name: 'line_user_ids', array: true })
  lineUserIds: string[];
}
