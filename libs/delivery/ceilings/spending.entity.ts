import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Messages that were let leave on a channel on a day of the workspace's calendar. */
@Entity('spending')
export class SpendingRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('date')
  day: string;

  @PrimaryColumn('uuid', { name: 'channel_id' })
  channelId: string;

  @Column('bigint')
  messages: string;
}
