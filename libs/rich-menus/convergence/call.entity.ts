import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A call that LINE allows a hundred of in an hour. */
@Entity('rich_menu_calls')
@Index('rich_menu_calls_by_time', { synchronize: false })
export class RichMenuCallRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('uuid', { name: 'channel_id' })
  channelId: string;

  @Column('text')
  kind: 'create' | 'delete' | 'delete_alias';

  @Column('timestamptz', { name: 'called_at' })
  calledAt: Date;
}
