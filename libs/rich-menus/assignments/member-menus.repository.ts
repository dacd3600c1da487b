import { Injectable } from '@nestjs/common';
import { Database, sql, type Sql } from '#database';
import type { Scope } from '#kernel';

/** A LINE user a member is linked to, with what is known about their menu. */
export interface LinkedPerson {
  lineUserId: string;
  /** LINE's `U…`. */
  userId: string;
  channelId: string;
  friendState: 'friend' | 'blocked' | 'none';
  roles: string[];
  ranks: string[];
  menuId: string | null;
  appliedMenuId: string | null;
  appliedAt: Date | null;
  bulkAt: Date | null;
  due: boolean;
  error: string | null;
}

@Injectable()
export class MemberMenusRepository {
  constructor(private readonly db: Database) {}

  /** @param memberId inside id; @param channelId only on this channel */
  peopleOf(scope: Scope, memberId: string, channelId?: string): Promise<LinkedPerson[]> {
    return this.db.query<LinkedPerson>(
      scope,
      sql`with mine as (
            select distinct line_user_id as id from links
             where workspace_id = ${scope.workspaceId} and member_id = ${memberId} and ended_at is null
               and (${channelId ?? null}::uuid is null or channel_id = ${channelId ?? null}::uuid))
          select u.id as "lineUserId", u.user_id as "userId", u.channel_id as "channelId",
                 u.friend_state as "friendState", k.roles, coalesce(k.ranks, '{}') as ranks, a.menu_id as "menuId",
                 a.applied_menu_id as "appliedMenuId", a.applied_at as "appliedAt", a.bulk_at as "bulkAt",
                 a.due_at is not null as due, a.error
            from mine
            join line_users u on u.workspace_id = ${scope.workspaceId} and u.id = mine.id
            cross join lateral (
              select array_agg(distinct l.role) as roles, array_agg(distinct m.rank) filter (where m.rank is not null) as ranks
                from links l join members m on m.workspace_id = l.workspace_id and m.id = l.member_id
               where l.workspace_id = u.workspace_id and l.line_user_id = u.id and l.ended_at is null) k
            left join rich_menu_assignments a on a.workspace_id = u.workspace_id and a.line_user_id = u.id
           order by u.id`,
    );
  }

  /** Whether a member linked to this LINE user fulfils a condition over `members m`. */
  async holdsForLinked(scope: Scope, lineUserId: string, condition: Sql): Promise<boolean> {
    const rows = await this.db.query(
      scope,
      sql`select 1 from members m
           where m.workspace_id = ${scope.workspaceId} and (${condition})
             and m.id in (select l.member_id from links l where l.workspace_id = ${scope.workspaceId}
                             and l.line_user_id = ${lineUserId} and l.ended_at is null) limit 1`,
    );
    return rows.length > 0;
  }
}
