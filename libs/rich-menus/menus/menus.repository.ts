import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope } from '#kernel';
import type { MenuDefinition } from './definition.js';
import type { VersionState } from './menu.entity.js';

/** A menu without the bytes of its picture. */
export interface Menu {
  id: string;
  channelId: string;
  name: string;
  definition: MenuDefinition;
  imageType: string | null;
  /** Bytes. */
  imageSize: number | null;
  version: number;
  createdAt: Date;
  updatedAt: Date;
}

/** How far LINE is. */
export interface MenuAtLine {
  menuId: string;
  version: number;
  state: VersionState;
  lineMenuId: string | null;
  error: string | null;
}

export interface MenuImage {
  bytes: Buffer;
  type: string;
}

const columns = sql`id, channel_id as "channelId", name, definition, image_type as "imageType",
  octet_length(image) as "imageSize", version, created_at as "createdAt", updated_at as "updatedAt"`;

@Injectable()
export class MenusRepository {
  constructor(private readonly db: Database) {}

  /**
   * Holds what is written about a channel's menus until the ambient transaction ends: how many there are, which refer to
   * which, and what rules and default name depends on all of them.
   */
  async claimChannel(scope: Scope, channelId: string): Promise<void> {
    await this.db.query(scope, sql`select pg_advisory_xact_lock(hashtextextended(${`rich-menus ${channelId}`}, 0))`);
  }

  find(scope: Scope, id: string): Promise<Menu | undefined> {
    return this.db.maybeOne<Menu>(
      scope,
      sql`select ${columns} from rich_menus
           where workspace_id = ${scope.workspaceId} and id = ${id} and deleted_at is null`,
    );
  }

  /** In the order they were made. @param after the id of the last one seen */
  list(scope: Scope, channelId: string, limit: number, after?: string): Promise<Menu[]> {
    return this.db.query<Menu>(
      scope,
      sql`select ${columns} from rich_menus
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and deleted_at is null
             and (${after ?? null}::uuid is null or id > ${after ?? null}::uuid)
           order by id limit ${limit}`,
    );
  }

  async count(scope: Scope, channelId: string): Promise<number> {
    const { count } = await this.db.one<{ count: number }>(
      scope,
      sql`select count(*)::int as count from rich_menus
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and deleted_at is null`,
    );
    return count;
  }

  async insert(scope: Scope, menu: Omit<Menu, 'imageType' | 'imageSize' | 'updatedAt' | 'version'>): Promise<void> {
    const { id, channelId, name, definition, createdAt } = menu;
    await this.db.execute(
      scope,
      sql`insert into rich_menus (workspace_id, id, channel_id, name, definition, created_at, updated_at)
          values (${scope.workspaceId}, ${id}, ${channelId}, ${name}, ${JSON.stringify(definition)}, ${createdAt}, ${createdAt})`,
    );
  }

  async update(scope: Scope, id: string, name: string, definition: MenuDefinition): Promise<void> {
    await this.db.execute(
      scope,
      sql`update rich_menus set name = ${name}, definition = ${JSON.stringify(definition)},
                                updated_at = ${scope.clock.now()}
           where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  /** @param image null: the one there was fits no longer */
  async setImage(scope: Scope, id: string, image: MenuImage | null): Promise<void> {
    await this.db.execute(
      scope,
      sql`update rich_menus set image = ${image?.bytes ?? null}, image_type = ${image?.type ?? null},
                                updated_at = ${scope.clock.now()}
           where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  async image(scope: Scope, id: string): Promise<MenuImage | undefined> {
    const row = await this.db.maybeOne<{ bytes: Buffer | null; type: string | null }>(
      scope,
      sql`select image as bytes, image_type as type from rich_menus
           where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
    return row?.bytes && row.type ? { bytes: row.bytes, type: row.type } : undefined;
  }

  /** Keeps the menu as it is now as its next version; earlier ones that LINE never heard of are forgotten. */
  async addVersion(scope: Scope, id: string): Promise<void> {
    const { workspaceId } = scope;
    await this.db.execute(
      scope,
      sql`delete from rich_menu_versions
           where workspace_id = ${workspaceId} and menu_id = ${id} and state in ('stored', 'refused')`,
    );
    await this.db.execute(
      scope,
      sql`with numbered as (
            update rich_menus set version = version + 1 where workspace_id = ${workspaceId} and id = ${id} returning *)
          insert into rich_menu_versions (workspace_id, menu_id, version, channel_id, name, definition, image, image_type,
                                          state, updated_at)
          select workspace_id, id, version, channel_id, name, definition, image, image_type, 'stored', ${scope.clock.now()}
            from numbered`,
    );
  }

  async delete(scope: Scope, id: string): Promise<void> {
    const { workspaceId, clock } = scope;
    await this.db.execute(
      scope,
      sql`update rich_menus set deleted_at = ${clock.now()}, image = null, image_type = null
           where workspace_id = ${workspaceId} and id = ${id}`,
    );
    await this.db.execute(
      scope,
      sql`delete from rich_menu_versions
           where workspace_id = ${workspaceId} and menu_id = ${id} and state in ('stored', 'refused')`,
    );
  }

  /** Of each menu the version that people are given, or else the newest. */
  async atLine(scope: Scope, menuIds: string[]): Promise<Map<string, MenuAtLine>> {
    const rows = await this.db.query<MenuAtLine>(
      scope,
      sql`select distinct on (menu_id) menu_id as "menuId", version, state, line_menu_id as "lineMenuId", error
            from rich_menu_versions
           where workspace_id = ${scope.workspaceId} and menu_id = any(${menuIds})
           order by menu_id, state = 'live' desc, version desc`,
    );
    return new Map(rows.map((row) => [row.menuId, row]));
  }
}
