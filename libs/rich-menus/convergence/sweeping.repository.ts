import { Injectable } from '@nestjs/common';
import { bigints, Database, integers, join, sql, type Sql } from '#database';
import type { Scope } from '#kernel';
import { judgedSql, type MenuQuestion } from '../assignments/judged-people.repository.js';
import type { MenuMoves } from '../rules/menu-moves.js';

/** People of a channel between two ids of line_users. */
export interface Slice {
  after: string;
  upTo: string;
}

/** People who should see another menu than before, and can be given it together. */
export interface Page {
  /** Null: their own menu is taken away. */
  menuId: string | null;
  userIds: string[];
  /** line_users.id, as the others in the order of these. */
  ids: string[];
  /** Of their rows when they were judged; -1: there was none. */
  revisions: number[];
  /** Friends by LINE's own word, to be looked at later. */
  looked: string[];
}

/** A page that LINE has taken. */
export interface GivenPage extends Page {
  /** Null where no menu was given. */
  version: number | null;
}

export interface Moments {
  /** Since when a bulk request counts as carried out. */
  carriedOut: Date;
  settlesAt: Date;
  lookAt: Date;
}

/** A slice, and what some of it have been given. */
export interface Settlement {
  slice: Slice;
  given: GivenPage[];
  at: Moments;
}

export interface PageRules {
  /** Menus that LINE has. */
  menuIds: string[];
  /** Up to so many of a menu make no page. */
  few: number;
  /** Most people of a page. */
  size: number;
}

export interface Peeked {
  /** How many should see another menu. */
  changed: number;
  /** Those of them who can be given theirs by the page. */
  pages: Page[];
}

/** What has come in the place of what on a channel. */
export interface Following {
  channelId: string;
  moves: MenuMoves;
}

interface MenuRow {
  menuId: string | null;
  people: number;
  /** Null where they cannot be given it. */
  listed: string | null;
}

/** The judgement of very many, with the giving between its two halves: nothing is written before LINE is asked. */
@Injectable()
export class SweepingRepository {
  constructor(private readonly db: Database) {}

  /** Whose menu is another one than what is written down. */
  async peek(scope: Scope, question: MenuQuestion, slice: Slice, pages: PageRules): Promise<Peeked> {
    await this.without(scope, ['seqscan', 'mergejoin']);
    const people = sql`judged u
              left join rich_menu_assignments a on a.workspace_id = ${scope.workspaceId} and a.line_user_id = u.id
                   and ${within(sql`a.line_user_id`, slice)}
             where (a.line_user_id is not null or u.menu_id is not null) and u.menu_id is distinct from a.menu_id`;
    return this.paged(scope, pages, sql`${judgedSql(question, slice)}, ${changedSql(sql`u.menu_id`, people, pages)}`);
  }

  /** The same without a judgement, a third of the work: whoever has one menu by the rules is to have another. */
  async follow(scope: Scope, { channelId, moves }: Following, slice: Slice, pages: PageRules): Promise<Peeked> {
    // Both tables are read along their keys, side by side.
    await this.without(scope, ['seqscan', 'hashjoin', 'nestloop']);
    const [before, now] = [[...moves.keys()], [...moves.values()]];
    const menu = sql`(${now}::uuid[])[array_position(${before}::uuid[], a.menu_id)]`;
    const people = sql`line_users u
              join rich_menu_assignments a on a.workspace_id = ${scope.workspaceId} and a.line_user_id = u.id
                   and ${within(sql`a.line_user_id`, slice)}
             where u.workspace_id = ${scope.workspaceId} and u.channel_id = ${channelId} and ${within(sql`u.id`, slice)}
               and a.menu_id = any(${before}::uuid[])`;
    return this.paged(scope, pages, changedSql(menu, people, pages));
  }

  /**
   * Judges a slice, and writes it down together with what some of them have been given since it was peeked at. Who should
   * see something else by now, or was given something else meanwhile, is or stays due.
   */
  async settle(scope: Scope, question: MenuQuestion, { slice, given, at }: Settlement): Promise<number> {
    const now = scope.clock.now();
    const looked = bigints(given.flatMap((page) => page.looked));
    await this.without(scope, ['seqscan', 'mergejoin']);
    return this.db.execute(
      scope,
      sql`with ${judgedSql(question, slice)},
          given as (${givenSql(given)}),
          changed as (
            select j.id, j.menu_id, j.friend_state, g.revision, g.menu_id as given_id, g.version,
                   g.id is not null as is_given
              from judged j
              left join given g on g.id = j.id
              left join rich_menu_assignments a on a.workspace_id = ${scope.workspaceId} and a.line_user_id = j.id
                   and ${within(sql`a.line_user_id`, slice)}
             where g.id is not null
                or (a.line_user_id is not null or j.menu_id is not null) and j.menu_id is distinct from a.menu_id)
          insert into rich_menu_assignments as a (workspace_id, line_user_id, channel_id, menu_id, revision, priority,
                                                  applied_menu_id, applied_version, applied_at, bulk_at, check_at, due_at)
          select ${scope.workspaceId}, id, ${question.channelId}, menu_id, coalesce(revision, 0), 1, given_id, version,
                 case when is_given then ${now}::timestamptz end, case when is_given then ${now}::timestamptz end,
                 case when id = any(${looked}::bigint[]) then ${at.lookAt}::timestamptz end,
                 case when friend_state <> 'blocked' and not (is_given and menu_id is not distinct from given_id)
                      then ${now}::timestamptz end
            from changed order by id
          on conflict (workspace_id, line_user_id) do update
             set menu_id = excluded.menu_id, revision = a.revision + 1, attempts = 0, error = null,
                 applied_menu_id = case when excluded.bulk_at is null then a.applied_menu_id
                                        else excluded.applied_menu_id end,
                 applied_version = case when excluded.bulk_at is null then a.applied_version
                                        else excluded.applied_version end,
                 applied_at = coalesce(excluded.applied_at, a.applied_at),
                 bulk_at = coalesce(excluded.bulk_at, a.bulk_at),
                 check_at = coalesce(excluded.check_at, a.check_at),
                 priority = case when a.due_at is null then 1 else a.priority end,
                 due_at = case
                   -- as with any judgement: what is due stays due, and who has it already needs nothing
                   when excluded.bulk_at is null and excluded.due_at is null then null
                   when excluded.bulk_at is null and a.due_at is null and excluded.menu_id is not distinct from
                        a.applied_menu_id then null
                   when excluded.due_at is not null then coalesce(a.due_at, excluded.due_at)
                   -- given what they should see; but somebody else has been at it meanwhile
                   when a.revision <> excluded.revision then a.due_at
                   when a.bulk_at > ${at.carriedOut}::timestamptz then ${at.settlesAt}::timestamptz end`,
    );
  }

  private async paged(scope: Scope, { few, size }: PageRules, changed: Sql): Promise<Peeked> {
    // One text for all: as rows and columns it would take the driver longer to read them than LINE to be asked.
    const rows = await this.db.query<MenuRow>(
      scope,
      sql`with ${changed}
          select menu_id as "menuId", count(*)::int as people,
                 string_agg(concat_ws(' ', id, user_id, revision, surely_friend), ',') filter (where givable) as listed
            from changed group by givable, menu_id`,
    );
    const many = rows.filter(({ listed, people }) => listed !== null && people > few);
    return {
      changed: rows.reduce((sum, { people }) => sum + people, 0),
      pages: many.flatMap(({ menuId, listed }) => pagesOf(menuId, listed!.split(','), size)),
    };
  }

  /**
   * Until the ambient transaction ends, people are looked up by their keys: the planner takes a table that has just
   * grown for small, and would read all of it for each slice.
   */
  private async without(scope: Scope, ways: string[]): Promise<void> {
    const others = ways.map((way) => sql`set_config(${`enable_${way}`}, 'off', true)`);
    await this.db.query(scope, sql`select ${join(others, ', ')}`);
  }
}

/**
 * A statement's `changed`.
 * @param menu what they should see
 * @param people over the aliases `u`, of LINE users, and `a`, of what is written down about them
 */
function changedSql(menu: Sql, people: Sql, { menuIds }: PageRules): Sql {
  return sql`
          changed as (
            select u.id, u.user_id, ${menu} as menu_id, coalesce(a.revision, -1) as revision,
                   (u.friend_state = 'friend' and u.friend_state_at is not null)::int as surely_friend,
                   u.friend_state <> 'blocked' and (${menu} is null or ${menu} = any(${menuIds}::uuid[]))
                     and (${menu} is distinct from a.applied_menu_id or a.due_at is not null) as givable
              from ${people})`;
}

function within(id: Sql, { after, upTo }: Slice): Sql {
  return sql`${id} > ${after}::bigint and ${id} <= ${upTo}::bigint`;
}

function pagesOf(menuId: string | null, listed: string[], size: number): Page[] {
  return Array.from({ length: Math.ceil(listed.length / size) }, (_, n) =>
    pageOf(menuId, listed.slice(n * size, (n + 1) * size)),
  );
}

function pageOf(menuId: string | null, listed: string[]): Page {
  const people = listed.map((one) => one.split(' ') as [id: string, userId: string, revision: string, surely: string]);
  const surely = people.filter((person) => person[3] === '1').map(([id]) => id);
  return {
    menuId,
    ids: people.map(([id]) => id),
    userIds: people.map((person) => person[1]),
    revisions: people.map((person) => Number(person[2])),
    looked: [...new Set([...surely.slice(0, 1), ...surely.slice(-1)])],
  };
}

/** People as rows, with what each has been given. */
function givenSql(given: readonly GivenPage[]): Sql {
  const ids = bigints(given.flatMap((page) => page.ids));
  const revisions = integers(given.flatMap((page) => page.revisions));
  const pages = integers(given.flatMap((page, n) => page.ids.map(() => n + 1)));
  const menuIds = given.map(({ menuId }) => menuId);
  const versions = integers(given.map(({ version }) => version));
  return sql`
    select g.id, g.revision, (${menuIds}::uuid[])[g.page] as menu_id, (${versions}::int[])[g.page] as version
      from unnest(${ids}::bigint[], ${revisions}::int[], ${pages}::int[]) as g (id, revision, page)`;
}
