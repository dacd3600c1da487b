import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope } from '#kernel';

/** Whose choice: a member's, or a LINE user's without one, on a channel. */
export interface Chooser {
  /** members.id; of a LINE user who is not linked, line_users.id with a minus */
  memberId: string;
  channelId: string;
}

@Injectable()
export class MenuChoicesRepository {
  constructor(private readonly db: Database) {}

  /** @returns what was chosen before; undefined: nothing */
  async put(scope: Scope, { memberId, channelId }: Chooser, menuId: string): Promise<string | undefined> {
    const row = await this.db.one<{ before: string | null }>(
      scope,
      sql`insert into rich_menu_choices (workspace_id, member_id, channel_id, menu_id, chosen_at)
          values (${scope.workspaceId}, ${memberId}, ${channelId}, ${menuId}, ${scope.clock.now()})
          on conflict (workspace_id, member_id, channel_id) do update
             set menu_id = excluded.menu_id, chosen_at = excluded.chosen_at
          returning old.menu_id as before`,
    );
    return row.before ?? undefined;
  }

  /** @returns what was chosen before; undefined: nothing */
  async remove(scope: Scope, { memberId, channelId }: Chooser): Promise<string | undefined> {
    const row = await this.db.maybeOne<{ before: string }>(
      scope,
      sql`delete from rich_menu_choices
           where workspace_id = ${scope.workspaceId} and member_id = ${memberId} and channel_id = ${channelId}
          returning menu_id as before`,
    );
    return row?.before;
  }

  /** How many people, of all or of the first two, a menu is chosen for. */
  async count(scope: Scope, channelId: string, menuId: string): Promise<0 | 1 | 2> {
    const { count } = await this.db.one<{ count: 0 | 1 | 2 }>(
      scope,
      sql`select count(*)::int as count from (
            select from rich_menu_choices
             where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and menu_id = ${menuId} limit 2) chosen`,
    );
    return count;
  }

  /** @returns for how many people it was chosen */
  async forgetMenu(scope: Scope, channelId: string, menuId: string): Promise<number> {
    return this.db.execute(
      scope,
      sql`delete from rich_menu_choices
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and menu_id = ${menuId}`,
    );
  }
}
