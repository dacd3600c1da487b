import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { MenuDefinition } from './definition.js';

/** A menu as it was at one moment, which is a menu of its own at LINE: how far LINE is with it. */
export const VERSION_STATES = [
  'stored',
  'creating',
  'created',
  'uploaded',
  'live',
  'retiring',
  'deleting',
  'refused',
] as const;
export type VersionState = (typeof VERSION_STATES)[number];

/** A rich menu as its owner last wrote it. */
@Entity('rich_menus')
@Index('rich_menus_by_channel', { synchronize: false })
export class RichMenuRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'channel_id' })
  channelId: string;

  @Column('text')
  name: string;

  @Column('jsonb')
  definition: MenuDefinition;

  /** Null until there is a picture that fits. */
  @Column('bytea', { nullable: true })
  image: Buffer | null;

  @Column('text', { name: 'image_type', nullable: true })
  imageType: string | null;

  /** The newest that is complete; 0 before the first. */
  @Column('integer')
  version: number;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt: Date | null;
}

@Entity('rich_menu_versions')
@Index('rich_menu_versions_by_channel', { synchronize: false })
export class RichMenuVersionRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'menu_id' })
  menuId: string;

  @PrimaryColumn('integer')
  version: number;

  @Column('uuid', { name: 'channel_id' })
  channelId: string;

  @Column('text')
  name: string;

  @Column('jsonb')
  definition: MenuDefinition;

  @Column('bytea')
  image: Buffer;

  @Column('text', { name: 'image_type' })
  imageType: string;

  @Column('text')
  state: VersionState;

  /** LINE's own id of it. */
  @Column('text', { name: 'line_menu_id', nullable: true })
  lineMenuId: string | null;

  @Column('text', { nullable: true })
  error: string | null;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;
}

/** Where an alias of ours leads at LINE. */
@Entity('rich_menu_aliases')
export class RichMenuAliasRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'channel_id' })
  channelId: string;

  @PrimaryColumn('uuid', { name: 'menu_id' })
  menuId: string;

  @Column('text', { name: 'line_menu_id' })
  lineMenuId: string;
}
