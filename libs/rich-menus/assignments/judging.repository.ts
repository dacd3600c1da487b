import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope } from '#kernel';
import { judgedSql, type MenuQuestion } from './judged-people.repository.js';

export interface MenuDecision {
  /** The menu that was chosen for a member they are linked to. */
  chosenId: string | null;
  /** Of the first rule that holds, from 0; null: none. */
  place: number | null;
}

@Injectable()
export class JudgingRepository {
  constructor(private readonly db: Database) {}

  /**
   * One judgement of a channel's people at a time, until the ambient transaction ends: who comes later sees what the one
   * before has seen, and everything that was committed since.
   */
  async claim(scope: Scope, channelId: string): Promise<void> {
    await this.db.query(
      scope,
      sql`select pg_advisory_xact_lock(hashtextextended(${`rich-menus.judge ${channelId}`}, 0))`,
    );
  }

  /**
   * Writes down what these people should see. What is due stays due, because nobody can know what became of a request
   * that is on its way.
   * @param ids line_users.id
   * @param anew LINE has forgotten what it was told about them
   * @returns how many it is another menu for
   */
  async judge(scope: Scope, question: MenuQuestion, ids: string[], anew: boolean): Promise<number> {
    const now = scope.clock.now();
    // A few are looked up by their keys, whatever the planner believes about a table that has just grown.
    await this.db.query(scope, sql`select set_config('enable_seqscan', 'off', true)`);
    return this.db.execute(
      scope,
      sql`with ${judgedSql(question, { ids })},
          changed as (
            select j.id, j.menu_id, j.friend_state
              from judged j
              left join rich_menu_assignments a on a.workspace_id = ${scope.workspaceId} and a.line_user_id = j.id
             where (a.line_user_id is not null or j.menu_id is not null)
               and (${anew}::boolean or j.menu_id is distinct from a.menu_id))
          insert into rich_menu_assignments as a (workspace_id, line_user_id, channel_id, menu_id, due_at, priority)
          select ${scope.workspaceId}, id, ${question.channelId}, menu_id,
                 case when friend_state <> 'blocked' then ${now}::timestamptz end, 0
            from changed order by id
          on conflict (workspace_id, line_user_id) do update
             set menu_id = excluded.menu_id, revision = a.revision + 1, attempts = 0, error = null,
                 misses = case when ${anew}::boolean then 0 else a.misses end,
                 applied_menu_id = case when not ${anew}::boolean then a.applied_menu_id end,
                 applied_version = case when not ${anew}::boolean then a.applied_version end,
                 priority = case when a.due_at is null then excluded.priority else least(a.priority, excluded.priority) end,
                 due_at = case when excluded.due_at is null then null
                               when a.due_at is not null then excluded.due_at
                               when excluded.menu_id is distinct from
                                    case when not ${anew}::boolean then a.applied_menu_id end then excluded.due_at end`,
    );
  }

  /** The last of the next people of a channel, in the order of their ids. */
  async sliceEnd(scope: Scope, channelId: string, after: string, size: number): Promise<string | undefined> {
    const row = await this.db.maybeOne<{ last: string | null }>(
      scope,
      sql`select max(id) as last from (
            select id from line_users
             where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and id > ${after}::bigint
             order by id limit ${size}) s`,
    );
    return row?.last ?? undefined;
  }

  /** @returns undefined for nobody we know */
  decision(scope: Scope, question: MenuQuestion, lineUserId: string): Promise<MenuDecision | undefined> {
    return this.db.maybeOne<MenuDecision>(
      scope,
      sql`with ${judgedSql(question, { ids: [lineUserId] })} select place, chosen_id as "chosenId" from judged`,
    );
  }

  /** The LINE users of members (inside ids), by channel. */
  async lineUsersOf(scope: Scope, memberIds: string[]): Promise<Map<string, string[]>> {
    const rows = await this.db.query<{ channelId: string; ids: string[] }>(
      scope,
      sql`select channel_id as "channelId", array_agg(distinct line_user_id::text) as ids from links
           where workspace_id = ${scope.workspaceId} and member_id = any(${memberIds}::bigint[]) and ended_at is null
           group by channel_id`,
    );
    return new Map(rows.map(({ channelId, ids }) => [channelId, ids]));
  }

  /** They see this menu now, because they tapped a tab; unless something else is about to be done for them. */
  async tapped(scope: Scope, channelId: string, lineUserId: string, menuId: string): Promise<void> {
    const now = scope.clock.now();
    await this.db.execute(
      scope,
      sql`insert into rich_menu_assignments as a (workspace_id, line_user_id, channel_id, applied_menu_id, applied_version,
                                                  applied_at)
          select ${scope.workspaceId}, ${lineUserId}, ${channelId}, v.menu_id, v.version, ${now}
            from rich_menu_versions v
           where v.workspace_id = ${scope.workspaceId} and v.channel_id = ${channelId} and v.menu_id = ${menuId}
             and v.state = 'live'
          on conflict (workspace_id, line_user_id) do update
             set applied_menu_id = excluded.applied_menu_id, applied_version = excluded.applied_version,
                 applied_at = excluded.applied_at
           where a.due_at is null`,
    );
  }
}
