import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The menu that was chosen for somebody on a channel, before any rule. Written and read by SQL only. */
@Entity('rich_menu_choices')
@Index('rich_menu_choices_by_menu', ['workspaceId', 'channelId', 'menuId'])
export class MenuChoiceRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  /** members.id; of a LINE user who is not linked, line_users.id with a minus. */
  @PrimaryColumn('bigint', { name: 'member_id' })
  memberId: string;

  @PrimaryColumn('uuid', { name: 'channel_id' })
  channelId: string;

  @Column('uuid', { name: 'menu_id' })
  menuId: string;

  @Column('timestamptz', { name: 'chosen_at' })
  chosenAt: Date;
}
