import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** The menu that a LINE user should see, and the one we gave them. Written and read by SQL only. */
@Entity('rich_menu_assignments')
@Index('rich_menu_assignments_due', { synchronize: false })
@Index('rich_menu_assignments_check', { synchronize: false })
export class MenuAssignmentRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint', { name: 'line_user_id' })
  lineUserId: string;

  @Column('uuid', { name: 'channel_id' })
  channelId: string;

  /** Null: the channel's default, which is no menu of their own. */
  @Column('uuid', { name: 'menu_id', nullable: true })
  menuId: string | null;

  @Column('uuid', { name: 'applied_menu_id', nullable: true })
  appliedMenuId: string | null;

  @Column('integer', { name: 'applied_version', nullable: true })
  appliedVersion: number | null;

  @Column('timestamptz', { name: 'applied_at', nullable: true })
  appliedAt: Date | null;

  @Column('timestamptz', { name: 'bulk_at', nullable: true })
  bulkAt: Date | null;

  /** Null: nothing to do, and what was applied is certain. */
  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt: Date | null;

  @Column('timestamptz', { name: 'check_at', nullable: true })
  checkAt: Date | null;

  @Column('integer')
  revision: number;

  @Column('smallint')
  attempts: number;

  /** Looks in a row at which LINE showed them something else. */
  @Column('smallint')
  misses: number;

  @Column('smallint')
  priority: number;

  @Column('text', { nullable: true })
  error: string | null;
}
