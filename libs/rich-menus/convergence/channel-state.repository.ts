import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope } from '#kernel';
import { LINE_LIMITS } from '#line';
import type { MenuRule } from '../rules/rules.dto.js';

/** What is to be done about a channel's menus. */
export interface ChannelState {
  /** Menus that are chosen for members. */
  chosenMenuIds: string[];
  rules: MenuRule[];
  defaultMenuId: string | null;
  lineDefaultId: string | null;
  menusDueAt: Date | null;
  revision: number;
  attempts: number;
  compareAt: Date | null;
  judgeDueAt: Date | null;
  judgeRevision: number;
  /** By which everybody was judged; null: by none, or several. */
  judgedRules: MenuRule[] | null;
  /** When the clock may make another rule hold. */
  nextChangeAt: Date | null;
}

export interface Alias {
  menuId: string;
  lineMenuId: string;
}

export type CallKind = 'create' | 'delete' | 'delete_alias';

const HOUR_MS = 3_600_000;
/** LINE counts when a request arrives, up to its deadline after it left. */
const WINDOW_MS = HOUR_MS + 30_000;
const { create, delete: remove, deleteAlias } = LINE_LIMITS.richMenus.perHour;
/** A few are left to whoever else uses the channel. */
const MOST: Record<CallKind, number> = { create: create - 5, delete: remove - 5, delete_alias: deleteAlias - 5 };

@Injectable()
export class ChannelStateRepository {
  constructor(private readonly db: Database) {}

  read(scope: Scope, channelId: string): Promise<ChannelState | undefined> {
    return this.db.maybeOne<ChannelState>(
      scope,
      sql`select array(select m.id from rich_menus m
                        where m.workspace_id = ${scope.workspaceId} and m.channel_id = ${channelId}
                          and m.deleted_at is null
                          and exists (select from rich_menu_choices c where c.workspace_id = m.workspace_id
                                         and c.channel_id = m.channel_id and c.menu_id = m.id))::text[] as "chosenMenuIds",
                 rules, default_menu_id as "defaultMenuId", line_default_id as "lineDefaultId",
                 menus_due_at as "menusDueAt", menus_revision as revision, menus_attempts as attempts,
                 compare_at as "compareAt", judge_due_at as "judgeDueAt", judge_revision as "judgeRevision",
                 judged_rules as "judgedRules", next_change_at as "nextChangeAt"
            from rich_menu_channels where workspace_id = ${scope.workspaceId} and channel_id = ${channelId}`,
    );
  }

  /** @param next null: everything is done, unless there is a new reason since `revision` */
  async done(
    scope: Scope,
    channelId: string,
    {
      revision,
      next,
      error,
      attempts,
    }: { revision: number; next: Date | null; error: string | null; attempts: number },
  ): Promise<void> {
    await this.db.execute(
      scope,
      sql`update rich_menu_channels set menus_due_at = ${next}, menus_error = ${error}, menus_attempts = ${attempts}
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and menus_revision = ${revision}`,
    );
  }

  /** From now on some may be judged by other rules than the others. */
  async judgementBegins(scope: Scope, channelId: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`update rich_menu_channels set judged_rules = null
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and judged_rules is not null`,
    );
  }

  /** Everybody was judged, unless there is a new reason since `revision`. @param nextChangeAt when the clock may be one */
  async judged(
    scope: Scope,
    channelId: string,
    { at, revision, nextChangeAt }: { at: Date; revision: number; nextChangeAt: Date | null },
  ): Promise<void> {
    await this.db.execute(
      scope,
      sql`update rich_menu_channels
             set judged_at = ${at}, next_change_at = ${nextChangeAt},
                 judge_due_at = case when judge_revision <> ${revision}::int then judge_due_at end,
                 judged_rules = case when judge_revision = ${revision}::int then rules end
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId}`,
    );
  }

  async setLineDefault(scope: Scope, channelId: string, lineMenuId: string | null): Promise<void> {
    await this.db.execute(
      scope,
      sql`update rich_menu_channels set line_default_id = ${lineMenuId}
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId}`,
    );
  }

  /** When menus are to be compared with LINE's list; null: they have been. */
  async setCompareAt(scope: Scope, channelId: string, at: Date | null): Promise<void> {
    await this.db.execute(
      scope,
      sql`update rich_menu_channels set compare_at = ${at}
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId}`,
    );
  }

  aliases(scope: Scope, channelId: string): Promise<Alias[]> {
    return this.db.query<Alias>(
      scope,
      sql`select menu_id as "menuId", line_menu_id as "lineMenuId" from rich_menu_aliases
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId}`,
    );
  }

  async putAlias(scope: Scope, channelId: string, { menuId, lineMenuId }: Alias): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into rich_menu_aliases (workspace_id, channel_id, menu_id, line_menu_id)
          values (${scope.workspaceId}, ${channelId}, ${menuId}, ${lineMenuId})
          on conflict (workspace_id, channel_id, menu_id) do update set line_menu_id = excluded.line_menu_id`,
    );
  }

  async removeAlias(scope: Scope, channelId: string, menuId: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`delete from rich_menu_aliases
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and menu_id = ${menuId}`,
    );
  }

  /**
   * Takes one of the calls that LINE allows in an hour, whatever becomes of it.
   * @returns undefined, or when there will be one
   */
  async takeCall(scope: Scope, channelId: string, kind: CallKind): Promise<Date | undefined> {
    const now = scope.clock.now();
    const since = new Date(now.getTime() - WINDOW_MS);
    const { workspaceId } = scope;
    return this.db.transaction(scope, async () => {
      const mine = sql`workspace_id = ${workspaceId} and channel_id = ${channelId} and kind = ${kind}`;
      await this.db.execute(scope, sql`delete from rich_menu_calls where ${mine} and called_at <= ${since}`);
      const { count, oldest } = await this.db.one<{ count: number; oldest: Date | null }>(
        scope,
        sql`select count(*)::int as count, min(called_at) as oldest from rich_menu_calls where ${mine}`,
      );
      if (count >= MOST[kind]) return new Date(oldest!.getTime() + WINDOW_MS);
      await this.db.execute(
        scope,
        sql`insert into rich_menu_calls (workspace_id, channel_id, kind, called_at)
            values (${workspaceId}, ${channelId}, ${kind}, ${now})`,
      );
      return undefined;
    });
  }
}
