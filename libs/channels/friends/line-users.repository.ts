import { Injectable } from '@nestjs/common';
import type { WorkspaceRef } from '#kernel';
import { Database, sql } from '#database';
import type { FriendWord } from './friend-changes.js';
import type { FriendState } from './line-user.entity.js';

@Injectable()
export class LineUsersRepository {
  constructor(private readonly db: Database) {}

  /** Makes the rows that are missing; in one order, so that two transactions never wait for each other in a circle. */
  async insertMissing(scope: WorkspaceRef, channelId: string, userIds: string[], at: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into line_users (workspace_id, channel_id, user_id, created_at)
          select ${scope.workspaceId}, ${channelId}, given.user_id, ${at}
            from unnest(${userIds}::text[]) given (user_id)
           where not exists (select from line_users u where u.workspace_id = ${scope.workspaceId}
                                and u.channel_id = ${channelId} and u.user_id = given.user_id)
           order by given.user_id collate "C"
          on conflict do nothing`,
    );
  }

  async idsOf(scope: WorkspaceRef, channelId: string, userIds: string[]): Promise<{ userId: string; id: string }[]> {
    return this.db.query(
      scope,
      sql`select user_id as "userId", id from line_users
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and user_id = any(${userIds})`,
    );
  }

  /** Holds the friend states still for others until the transaction ends; taken in one order. */
  async claim(scope: WorkspaceRef, ids: string[]): Promise<void> {
    await this.db.query(
      scope,
      sql`select 1 from line_users where workspace_id = ${scope.workspaceId} and id = any(${ids}::bigint[])
           order by id for no key update`,
    );
  }

  /**
   * Writes LINE's words where they are newer than what is known.
   * @returns the ids of whom others should hear: whose state is another one now, and who followed, because blocked and
   *   come back between two readings is a change that the state does not show
   */
  async apply(scope: WorkspaceRef, words: FriendWord[]): Promise<string[]> {
    const rows = await this.db.query<{ id: string; changed: boolean }>(
      scope,
      sql`update line_users u set friend_state = said.friend_state, friend_state_at = said.at
            from unnest(${words.map(({ lineUserId }) => lineUserId)}::bigint[],
                        ${words.map(({ friendState }) => friendState)}::text[],
                        ${words.map(({ at }) => at.toISOString())}::timestamptz[]) said (id, friend_state, at)
           where u.workspace_id = ${scope.workspaceId} and u.id = said.id
             and (u.friend_state_at is null or said.at > u.friend_state_at
                  or (said.at = u.friend_state_at and said.friend_state = 'blocked'))
          returning u.id, old.friend_state <> new.friend_state or new.friend_state = 'friend' as changed`,
    );
    return rows.filter(({ changed }) => changed).map(({ id }) => id);
  }

  /** Writes beliefs where LINE has said nothing. @returns the ids whose state is another one now */
  async believe(scope: WorkspaceRef, ids: string[], states: FriendState[]): Promise<string[]> {
    const rows = await this.db.query<{ id: string }>(
      scope,
      sql`update line_users u set friend_state = believed.friend_state
            from unnest(${ids}::bigint[], ${states}::text[]) believed (id, friend_state)
           where u.workspace_id = ${scope.workspaceId} and u.id = believed.id
             and u.friend_state_at is null and u.friend_state <> believed.friend_state
          returning u.id`,
    );
    return rows.map(({ id }) => id);
  }
}
