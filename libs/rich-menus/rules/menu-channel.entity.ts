import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { MenuRule } from './rules.dto.js';

/** Who should see which menu of a channel, and what is to be done about it. */
@Entity('rich_menu_channels')
export class MenuChannelRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'channel_id' })
  channelId: string;

  @Column('jsonb')
  rules: MenuRule[];

  @Column('uuid', { name: 'default_menu_id', nullable: true })
  defaultMenuId: string | null;

  @Column('timestamptz', { name: 'next_change_at', nullable: true })
  nextChangeAt: Date | null;

  @Column('boolean', { name: 'asks_segments' })
  asksSegments: boolean;

  @Column('timestamptz', { name: 'judged_at', nullable: true })
  judgedAt: Date | null;

  @Column('timestamptz', { name: 'menus_due_at', nullable: true })
  menusDueAt: Date | null;

  @Column('integer', { name: 'menus_revision' })
  menusRevision: number;

  @Column('integer', { name: 'menus_attempts' })
  menusAttempts: number;

  @Column('text', { name: 'menus_error', nullable: true })
  menusError: string | null;

  @Column('text', { name: 'line_default_id', nullable: true })
  lineDefaultId: string | null;

  @Column('timestamptz', { name: 'compare_at', nullable: true })
  compareAt: Date | null;

  @Column('timestamptz', { name: 'drift_checked_at', nullable: true })
  driftCheckedAt: Date | null;

  @Column('timestamptz', { name: 'judge_due_at', nullable: true })
  judgeDueAt: Date | null;

  @Column('integer', { name: 'judge_revision' })
  judgeRevision: number;

  /** By which everybody was judged; null: by none, or several. */
  @Column('jsonb', { name: 'judged_rules', nullable: true })
  judgedRules: MenuRule[] | null;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}
