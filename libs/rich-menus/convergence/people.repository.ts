import { Injectable } from '@nestjs/common';
import { bigints, Database, integers, join, sql, type Sql } from '#database';
import type { Scope } from '#kernel';

/** Somebody who is to be given a menu, or to have their own taken away. */
export interface DuePerson {
  /** line_users.id */
  id: string;
  userId: string;
  /** Null: their own menu is taken away. */
  menuId: string | null;
  version: number | null;
  lineMenuId: string | null;
  revision: number;
  attempts: number;
  priority: number;
  /** By LINE's own word, not by another system's. */
  surelyFriend: boolean;
}

/** What LINE has taken for a number of people. */
export interface Given {
  menuId: string | null;
  version: number | null;
  /** Accepted together, carried out later. */
  bulk: boolean;
  /** line_users.id of those who are looked at later. */
  looked: string[];
  /** Bulk requests may be on their way that are not written down with each person yet. */
  unsure: boolean;
  /** From when a bulk request counts as carried out. */
  carriedOut: Date;
  settlesAt: Date;
  lookAt: Date;
}

export interface LiveVersion {
  version: number;
  lineMenuId: string;
}

/** Somebody whose menu is to be looked at. */
export interface LookedAt {
  id: string;
  userId: string;
  menuId: string | null;
  /** LINE's id of what they should have; null: nothing of their own, or what is there no more. */
  lineMenuId: string | null;
  appliedMenuId: string | null;
  bulkAt: Date | null;
  misses: number;
  surelyFriend: boolean;
}

const NOTHING = { version: null, lineMenuId: null };

@Injectable()
export class PeopleRepository {
  constructor(private readonly db: Database) {}

  /** Who is due and can be served, those somebody waits for first. */
  async due(scope: Scope, channelId: string, limit: number): Promise<DuePerson[]> {
    const live = await this.live(scope, channelId);
    const rows = await this.db.query<Omit<DuePerson, 'version' | 'lineMenuId'>>(
      scope,
      sql`select a.line_user_id as id, u.user_id as "userId", a.menu_id as "menuId", a.revision, a.attempts, a.priority,
                 u.friend_state = 'friend' and u.friend_state_at is not null as "surelyFriend"
            from rich_menu_assignments a
            join line_users u on u.workspace_id = a.workspace_id and u.id = a.line_user_id
           where a.workspace_id = ${scope.workspaceId} and a.channel_id = ${channelId}
             and a.due_at <= ${scope.clock.now()} and (a.menu_id is null or a.menu_id = any(${[...live.keys()]}::uuid[]))
           order by a.priority, a.due_at limit ${limit}`,
    );
    return rows.map((row) => ({ ...row, ...(row.menuId === null ? NOTHING : live.get(row.menuId)!) }));
  }

  /** The versions that people are given, by their menus. */
  async live(scope: Scope, channelId: string): Promise<Map<string, LiveVersion>> {
    const rows = await this.db.query<{ menuId: string; version: number; lineMenuId: string }>(
      scope,
      sql`select menu_id as "menuId", version, line_menu_id as "lineMenuId" from rich_menu_versions
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and state = 'live'`,
    );
    return new Map(rows.map(({ menuId, ...version }) => [menuId, version]));
  }

  /**
   * Writes down what LINE has taken. Who became due again meanwhile stays due; and so does, for a while, who had another
   * request on its way that LINE may carry out after this one.
   */
  async settle(scope: Scope, people: DuePerson[], given: Given): Promise<void> {
    const now = scope.clock.now();
    const { ids, isUnchanged } = listed(people);
    await this.oneByOne(
      scope,
      sql`update rich_menu_assignments a
             set applied_menu_id = ${given.menuId}, applied_version = ${given.version}, applied_at = ${now},
                 bulk_at = case when ${given.bulk}::boolean then ${now}::timestamptz else a.bulk_at end,
                 due_at = case when not (${isUnchanged}) then a.due_at
                               when ${given.unsure}::boolean or a.bulk_at > ${given.carriedOut}::timestamptz
                                 then ${given.settlesAt}::timestamptz end,
                 check_at = case when a.line_user_id = any(${given.looked}::bigint[]) then ${given.lookAt}::timestamptz
                                 else a.check_at end,
                 attempts = 0, error = null
           where a.workspace_id = ${scope.workspaceId} and a.line_user_id = any(${ids})`,
    );
  }

  /** LINE did not take it, or gave no answer: once more at `at`. */
  async retry(scope: Scope, people: DuePerson[], at: Date, error: string): Promise<void> {
    const { ids, isUnchanged } = listed(people);
    await this.oneByOne(
      scope,
      sql`update rich_menu_assignments a
             set due_at = ${at}, attempts = least(a.attempts + 1, 1000), error = ${error}
           where a.workspace_id = ${scope.workspaceId} and a.line_user_id = any(${ids}) and ${isUnchanged}
             and a.due_at is not null`,
    );
  }

  /** LINE will never take it for them: nothing more is tried until something about them changes. */
  async refuse(scope: Scope, people: DuePerson[], error: string): Promise<void> {
    const { ids, isUnchanged } = listed(people);
    await this.oneByOne(
      scope,
      sql`update rich_menu_assignments a
             set due_at = null, applied_menu_id = null, applied_version = null, error = ${error}
           where a.workspace_id = ${scope.workspaceId} and a.line_user_id = any(${ids}) and ${isUnchanged}`,
    );
  }

  /** Who is to be looked at now and is not about to be given something anyway. */
  toLookAt(scope: Scope, channelId: string, limit: number): Promise<LookedAt[]> {
    return this.db.query<LookedAt>(
      scope,
      sql`select a.line_user_id as id, u.user_id as "userId", a.menu_id as "menuId", v.line_menu_id as "lineMenuId",
                 a.applied_menu_id as "appliedMenuId", a.bulk_at as "bulkAt", a.misses,
                 u.friend_state = 'friend' and u.friend_state_at is not null as "surelyFriend"
            from rich_menu_assignments a
            join line_users u on u.workspace_id = a.workspace_id and u.id = a.line_user_id
            left join rich_menu_versions v on v.workspace_id = a.workspace_id and v.menu_id = a.applied_menu_id
              and v.version = a.applied_version
           where a.workspace_id = ${scope.workspaceId} and a.channel_id = ${channelId}
             and a.check_at <= ${scope.clock.now()}
           order by a.check_at limit ${limit}`,
    );
  }

  async lookLater(scope: Scope, id: string, at: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`update rich_menu_assignments set check_at = ${at}
           where workspace_id = ${scope.workspaceId} and line_user_id = ${id}`,
    );
  }

  /** LINE shows what was to be expected, or a tab that was tapped. */
  async seen(scope: Scope, id: string, tapped?: { menuId: string; version: number }): Promise<void> {
    await this.db.execute(
      scope,
      sql`update rich_menu_assignments a
             set check_at = null, misses = 0, applied_menu_id = coalesce(${tapped?.menuId ?? null}::uuid, a.applied_menu_id),
                 applied_version = coalesce(${tapped?.version ?? null}::int, a.applied_version)
           where a.workspace_id = ${scope.workspaceId} and a.line_user_id = ${id} and a.due_at is null`,
    );
    await this.db.execute(
      scope,
      sql`update rich_menu_assignments set check_at = null
           where workspace_id = ${scope.workspaceId} and line_user_id = ${id}`,
    );
  }

  /** LINE shows something else: they are given theirs again, and looked at again afterwards. */
  async missed(scope: Scope, id: string, lookAt: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`update rich_menu_assignments
             set due_at = ${scope.clock.now()}, revision = revision + 1, misses = least(misses + 1, 1000), priority = 0,
                 check_at = ${lookAt}
           where workspace_id = ${scope.workspaceId} and line_user_id = ${id} and due_at is null`,
    );
  }

  /** It was tried often enough: LINE takes the menu and does not show it, as with people who are no friends. */
  async giveUp(scope: Scope, id: string, error: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`update rich_menu_assignments set check_at = null, error = ${error}
           where workspace_id = ${scope.workspaceId} and line_user_id = ${id}`,
    );
  }

  /** Everybody on the channel, or all of one bulk request, is given theirs again. */
  async markAll(scope: Scope, channelId: string, bulkAt: Date | null): Promise<void> {
    await this.db.execute(
      scope,
      sql`with held as (
            select a.line_user_id from rich_menu_assignments a
              join line_users u on u.workspace_id = a.workspace_id and u.id = a.line_user_id
             where a.workspace_id = ${scope.workspaceId} and a.channel_id = ${channelId} and a.due_at is null
               and u.friend_state <> 'blocked' and (${bulkAt}::timestamptz is null or a.bulk_at = ${bulkAt})
             order by a.line_user_id for update of a)
          update rich_menu_assignments a set due_at = ${scope.clock.now()}, revision = revision + 1, priority = 1
            from held where a.workspace_id = ${scope.workspaceId} and a.line_user_id = held.line_user_id`,
    );
  }

  /** Chooses friends to be looked at, others at each turn. @param turn any number */
  async sample(scope: Scope, channelId: string, size: number, turn: number): Promise<void> {
    const now = scope.clock.now();
    await this.db.execute(
      scope,
      sql`insert into rich_menu_assignments as a (workspace_id, line_user_id, channel_id, check_at)
          select ${scope.workspaceId}, id, ${channelId}, ${now} from (
            select u.id from line_users u
             where u.workspace_id = ${scope.workspaceId} and u.channel_id = ${channelId} and u.friend_state = 'friend'
             order by hashint8extended(u.id, ${turn}) limit ${size}) chosen
           order by id
          on conflict (workspace_id, line_user_id) do update set check_at = excluded.check_at
           where a.due_at is null and a.check_at is null and a.misses < 3`,
    );
  }

  /**
   * A statement that looks into the key for each person in the order of its list, whatever the planner believes about
   * the table: it changes faster than its statistics.
   */
  private async oneByOne(scope: Scope, statement: Sql): Promise<void> {
    await this.db.transaction(scope, async () => {
      const others = ['seqscan', 'bitmapscan'];
      const off = others.map((way) => sql`set_config(${`enable_${way}`}, 'off', true)`);
      await this.db.query(scope, sql`select ${join(off, ', ')}`);
      await this.db.execute(scope, statement);
    });
  }
}

/** A list to be looked up in the order of the ids, in which everybody takes several people. */
function listed(people: DuePerson[]): { ids: Sql; isUnchanged: Sql } {
  const sorted = [...people].sort((a, b) => Number(a.id) - Number(b.id));
  const ids = sql`${bigints(sorted.map(({ id }) => id))}::bigint[]`;
  const revisions = sql`${integers(sorted.map(({ revision }) => revision))}::int[]`;
  // No join: a planner that takes the table for small would read all of it for each page.
  return { ids, isUnchanged: sql`a.revision = (${revisions})[array_position(${ids}, a.line_user_id)]` };
}
