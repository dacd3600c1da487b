import { Injectable } from '@nestjs/common';
import type { FriendState } from '#channels';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';

export interface LoginPerson {
  /** LINE's `U…`. */
  userId: string;
  friendState: FriendState;
}

/** People whom LINE Login has shown us. */
@Injectable()
export class LoginPeopleRepository {
  constructor(private readonly db: Database) {}

  /** The latest who are linked by LINE Login in a channel. */
  async latest(scope: WorkspaceRef, channelId: string, most: number): Promise<LoginPerson[]> {
    return this.db.query<LoginPerson>(
      scope,
      sql`select u.user_id as "userId", u.friend_state as "friendState"
            from links l join line_users u on u.workspace_id = l.workspace_id and u.id = l.line_user_id
           where l.workspace_id = ${scope.workspaceId} and l.channel_id = ${channelId} and l.ended_at is null
             and l.route in ('login', 'site_login')
           order by l.id desc limit ${most}`,
    );
  }
}
