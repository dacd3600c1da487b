import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope } from '#kernel';
import type { MenuDefinition } from '../menus/definition.js';
import type { VersionState } from '../menus/menu.entity.js';
import type { MenuImage } from '../menus/menus.repository.js';

/** A version as the drain sees it. */
export interface Version {
  menuId: string;
  version: number;
  channelId: string;
  name: string;
  definition: MenuDefinition;
  state: VersionState;
  lineMenuId: string | null;
  /** Its menu is not deleted and has no newer version. */
  newest: boolean;
  /** Since when it is in its state. */
  updatedAt: Date;
}

export type VersionKey = Pick<Version, 'menuId' | 'version'>;

/** Every step that LINE and we take together is a state of a version, written before or after the request. */
@Injectable()
export class VersionsRepository {
  constructor(private readonly db: Database) {}

  list(scope: Scope, channelId: string): Promise<Version[]> {
    return this.db.query<Version>(
      scope,
      sql`select v.menu_id as "menuId", v.version, v.channel_id as "channelId", v.name, v.definition, v.state,
                 v.line_menu_id as "lineMenuId", m.deleted_at is null and m.version = v.version as newest,
                 v.updated_at as "updatedAt"
            from rich_menu_versions v join rich_menus m on m.workspace_id = v.workspace_id and m.id = v.menu_id
           where v.workspace_id = ${scope.workspaceId} and v.channel_id = ${channelId}
           order by v.menu_id, v.version`,
    );
  }

  async image(scope: Scope, { menuId, version }: VersionKey): Promise<MenuImage> {
    return this.db.one<MenuImage>(
      scope,
      sql`select image as bytes, image_type as type from rich_menu_versions
           where workspace_id = ${scope.workspaceId} and menu_id = ${menuId} and version = ${version}`,
    );
  }

  async set(
    scope: Scope,
    { menuId, version }: VersionKey,
    to: { state: VersionState; lineMenuId: string | null; error?: string },
  ): Promise<void> {
    await this.db.execute(
      scope,
      sql`update rich_menu_versions
             set state = ${to.state}, line_menu_id = ${to.lineMenuId}, error = ${to.error ?? null},
                 updated_at = ${scope.clock.now()}
           where workspace_id = ${scope.workspaceId} and menu_id = ${menuId} and version = ${version}`,
    );
  }

  /** From now on people are given this version, and those who have another one are due. */
  async goLive(scope: Scope, version: Version): Promise<void> {
    const { workspaceId, clock } = scope;
    const now = clock.now();
    await this.db.transaction(scope, async () => {
      await this.db.execute(
        scope,
        sql`update rich_menu_versions set state = 'retiring', updated_at = ${now}
             where workspace_id = ${workspaceId} and menu_id = ${version.menuId} and state = 'live'`,
      );
      await this.set(scope, version, { state: 'live', lineMenuId: version.lineMenuId });
      await this.markPeople(scope, version);
    });
  }

  /** LINE has lost it: it is made again if it is wanted, and nobody is taken to have it. */
  async lost(scope: Scope, version: Version): Promise<void> {
    const { workspaceId } = scope;
    await this.db.transaction(scope, async () => {
      await this.remove(scope, version);
      await this.db.execute(
        scope,
        sql`with held as (
              select line_user_id from rich_menu_assignments
               where workspace_id = ${workspaceId} and channel_id = ${version.channelId}
                 and applied_menu_id = ${version.menuId} and applied_version = ${version.version}
               order by line_user_id for update)
            update rich_menu_assignments a
               set applied_menu_id = null, applied_version = null, revision = revision + 1,
                   -- who had tapped their way to it goes back to their own; whose own it was waits until it is there again
                   due_at = case when a.menu_id <> ${version.menuId} and a.due_at is null then ${scope.clock.now()}
                                 else a.due_at end
              from held where a.workspace_id = ${workspaceId} and a.line_user_id = held.line_user_id`,
      );
    });
  }

  /** LINE does not have it any more; the newest of its menu stays here, for the day on which it is wanted again. */
  async remove(scope: Scope, { menuId, version, newest }: Version): Promise<void> {
    if (newest) return this.set(scope, { menuId, version }, { state: 'stored', lineMenuId: null });
    await this.db.execute(
      scope,
      sql`delete from rich_menu_versions
           where workspace_id = ${scope.workspaceId} and menu_id = ${menuId} and version = ${version}`,
    );
  }

  /**
   * Whether anybody is on a version, or may be: has it, is about to be moved from it, or waits to be judged anew.
   * @param replaced whether another version of its menu is live, to which people are moved
   * @param carriedOut since when LINE has carried out what it accepted
   */
  async hasPeople(
    scope: Scope,
    { channelId, menuId, version }: Version,
    { replaced, carriedOut }: { replaced: boolean; carriedOut: Date },
  ): Promise<boolean> {
    const found = await this.db.query(
      scope,
      sql`select 1 from rich_menu_assignments
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId}
             and (applied_menu_id = ${menuId} and applied_version = ${version}
                  or menu_id = ${menuId} and (not ${replaced}::boolean or due_at is not null or bulk_at > ${carriedOut}))
           limit 1`,
    );
    return found.length > 0;
  }

  private async markPeople(scope: Scope, { channelId, menuId, version }: Version): Promise<void> {
    const { workspaceId, clock } = scope;
    await this.db.execute(
      scope,
      sql`with held as (
            select a.line_user_id from rich_menu_assignments a
              join line_users u on u.workspace_id = a.workspace_id and u.id = a.line_user_id
             where a.workspace_id = ${workspaceId} and a.channel_id = ${channelId}
               and (a.menu_id = ${menuId} or a.applied_menu_id = ${menuId})
               and (a.applied_menu_id is distinct from ${menuId} or a.applied_version is distinct from ${version}::int)
               and u.friend_state <> 'blocked'
             order by a.line_user_id for update of a)
          update rich_menu_assignments a
             set due_at = ${clock.now()}, revision = revision + 1, attempts = 0,
                 priority = case when a.due_at is null then 1 else a.priority end
            from held where a.workspace_id = ${workspaceId} and a.line_user_id = held.line_user_id`,
    );
  }
}
