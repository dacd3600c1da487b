import { Injectable } from '@nestjs/common';
import { bigints, Database, prepared, sql, type Sql } from '#database';
import type { WorkspaceRef } from '#kernel';

/** A tie that was made or has ended. */
export interface ChangedTie {
  linkId: string;
  memberId: string;
  lineUserId: string;
  role: string;
  route: string;
  /** Milliseconds since 1970. */
  linkedAt: number;
  endedAt: number | null;
}

/** A LINE user who is a friend of the account. */
export interface NewFriend {
  /** Members they are linked to. */
  memberIds: string[];
  /** When LINE's newest word about it happened, milliseconds since 1970. */
  at: number;
}

const millis = (column: Sql) => sql`(extract(epoch from ${column}) * 1000)::float8`;

/** What is to be known of members whom something brings into journeys. */
@Injectable()
export class StartingRepository {
  constructor(private readonly db: Database) {}

  /** Whether a workspace has journeys at all. */
  async any(scope: WorkspaceRef): Promise<boolean> {
    const found = await this.db.maybeOne(
      scope,
      prepared(
        sql`select id from journeys where workspace_id = ${scope.workspaceId} and activated_at is not null limit 1`,
      ),
    );
    return found !== undefined;
  }

  ties(scope: WorkspaceRef, linkIds: readonly string[]): Promise<ChangedTie[]> {
    return this.db.query<ChangedTie>(
      scope,
      sql`select l.id as "linkId", l.member_id as "memberId", l.line_user_id as "lineUserId", l.role, l.route, ${millis(sql`l.linked_at`)} as "linkedAt",
                 ${millis(sql`l.ended_at`)} as "endedAt"
            from links l
           where l.workspace_id = ${scope.workspaceId} and l.id = any(${bigints(linkIds)}::bigint[]) order by l.id`,
    );
  }

  /** Undefined where they are no friend by LINE's own word. */
  friend(scope: WorkspaceRef, channelId: string, lineUserId: string): Promise<NewFriend | undefined> {
    return this.db.maybeOne<NewFriend>(
      scope,
      sql`select ${millis(sql`u.friend_state_at`)} as at,
                 array(select distinct l.member_id::text from links l
                        where l.workspace_id = u.workspace_id and l.line_user_id = u.id and l.ended_at is null) as "memberIds"
            from line_users u
           where u.workspace_id = ${scope.workspaceId} and u.channel_id = ${channelId} and u.id = ${lineUserId}
             and u.friend_state = 'friend' and u.friend_state_at is not null`,
    );
  }

  ranks(scope: WorkspaceRef, memberIds: readonly string[]): Promise<{ memberId: string; rank: string | null }[]> {
    return this.db.query(
      scope,
      sql`select id as "memberId", rank from members
           where workspace_id = ${scope.workspaceId} and id = any(${bigints(memberIds)}::bigint[]) order by id`,
    );
  }
}
