import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope } from '#kernel';
import type { MenuRule } from './rules.dto.js';

export interface MenuChannel {
  channelId: string;
  rules: MenuRule[];
  defaultMenuId: string | null;
  menusError: string | null;
  /** LINE's id of the menu that we made the channel's default. */
  lineDefaultId: string | null;
  /** Whether menus are chosen for members, before any rule. */
  hasChoices: boolean;
}

export interface RulesWrite {
  channelId: string;
  rules: MenuRule[];
  defaultMenuId: string | null;
  asksSegments: boolean;
}

const columns = sql`channel_id as "channelId", rules, default_menu_id as "defaultMenuId", menus_error as "menusError",
  line_default_id as "lineDefaultId",
  exists (select from rich_menu_choices c where c.workspace_id = rich_menu_channels.workspace_id
             and c.channel_id = rich_menu_channels.channel_id) as "hasChoices"`;

@Injectable()
export class MenuChannelsRepository {
  constructor(private readonly db: Database) {}

  /** Undefined where no rules were ever given. */
  find(scope: Scope, channelId: string): Promise<MenuChannel | undefined> {
    return this.db.maybeOne<MenuChannel>(
      scope,
      sql`select ${columns} from rich_menu_channels
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId}`,
    );
  }

  all(scope: Scope): Promise<MenuChannel[]> {
    return this.db.query<MenuChannel>(
      scope,
      sql`select ${columns} from rich_menu_channels where workspace_id = ${scope.workspaceId} order by channel_id`,
    );
  }

  async put(scope: Scope, { channelId, rules, defaultMenuId, asksSegments }: RulesWrite): Promise<void> {
    const now = scope.clock.now();
    await this.db.execute(
      scope,
      sql`insert into rich_menu_channels (workspace_id, channel_id, rules, default_menu_id, asks_segments, compare_at,
                                          menus_due_at, updated_at)
          values (${scope.workspaceId}, ${channelId}, ${JSON.stringify(rules)}, ${defaultMenuId}, ${asksSegments}, ${now},
                  ${now}, ${now})
          on conflict (workspace_id, channel_id) do update
             set rules = excluded.rules, default_menu_id = excluded.default_menu_id,
                 asks_segments = excluded.asks_segments, updated_at = excluded.updated_at`,
    );
  }

  /** From now on there may be menus to be shown, though no rule was ever given. */
  async ensure(scope: Scope, channelId: string): Promise<void> {
    const now = scope.clock.now();
    await this.db.execute(
      scope,
      sql`insert into rich_menu_channels (workspace_id, channel_id, compare_at, menus_due_at, updated_at)
          values (${scope.workspaceId}, ${channelId}, ${now}, ${now}, ${now}) on conflict do nothing`,
    );
  }

  /** Something is to be done about the menus. @returns false where the channel has no rules */
  async menusDue(scope: Scope, channelId: string): Promise<boolean> {
    const due = await this.db.execute(
      scope,
      sql`update rich_menu_channels
             set menus_due_at = ${scope.clock.now()}, menus_revision = menus_revision + 1, menus_attempts = 0
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId}`,
    );
    return due === 1;
  }

  /** Everybody is to be judged anew. */
  async judgementDue(scope: Scope, channelId: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`update rich_menu_channels set judge_due_at = ${scope.clock.now()}, judge_revision = judge_revision + 1
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId}`,
    );
  }

  async peopleDue(scope: Scope, channelId: string): Promise<number> {
    const { count } = await this.db.one<{ count: number }>(
      scope,
      sql`select count(*)::int as count from rich_menu_assignments
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and due_at is not null`,
    );
    return count;
  }
}
