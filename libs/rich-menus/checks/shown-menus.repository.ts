import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope } from '#kernel';

/** Somebody who was given a menu of their own, and nothing is left to be done about them. */
export interface Shown {
  /** LINE's `U…`. */
  userId: string;
  /** LINE's id of the menu. */
  lineMenuId: string;
}

@Injectable()
export class ShownMenusRepository {
  constructor(private readonly db: Database) {}

  /** Friends, by LINE's own word, who got theirs last. */
  latest(scope: Scope, channelId: string, most: number): Promise<Shown[]> {
    return this.db.query<Shown>(
      scope,
      sql`select u.user_id as "userId", v.line_menu_id as "lineMenuId"
            from rich_menu_assignments a
            join line_users u on u.workspace_id = a.workspace_id and u.id = a.line_user_id
            join rich_menu_versions v on v.workspace_id = a.workspace_id and v.menu_id = a.applied_menu_id
              and v.version = a.applied_version
           where a.workspace_id = ${scope.workspaceId} and a.channel_id = ${channelId} and a.due_at is null
             and a.check_at is null and v.line_menu_id is not null
             and u.friend_state = 'friend' and u.friend_state_at is not null
           order by a.applied_at desc limit ${most}`,
    );
  }

  /** LINE's id of the channel's default menu as we set it; undefined without rules or default. */
  async defaultMenu(scope: Scope, channelId: string): Promise<{ hasRules: boolean; lineDefaultId: string | null }> {
    const row = await this.db.maybeOne<{ hasRules: boolean; lineDefaultId: string | null }>(
      scope,
      sql`select rules <> '[]' or default_menu_id is not null as "hasRules", line_default_id as "lineDefaultId"
            from rich_menu_channels where workspace_id = ${scope.workspaceId} and channel_id = ${channelId}`,
    );
    return row ?? { hasRules: false, lineDefaultId: null };
  }
}
