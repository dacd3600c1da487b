import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope } from '#kernel';

export interface Person {
  memberId: string;
  userId: string;
}

/** Puts people into the tables that delivery reads, without the way they usually take. */
@Injectable()
export class PeopleRepository {
  constructor(private readonly db: Database) {}

  /** Members `m1`… with rank gold, each linked to a LINE user who is a friend. */
  async add(scope: Scope, channelId: string, n: number): Promise<Person[]> {
    const now = scope.clock.now();
    const { workspaceId } = scope;
    return this.db.query<Person>(
      scope,
      sql`with m as (
            insert into members (workspace_id, external_id, rank, linked, friend_state, profiled, created_at)
            select ${workspaceId}, 'm' || i, 'gold', true, 'friend', true, ${now} from generate_series(1, ${n}::int) i
            returning id, external_id),
          u as (
            insert into line_users (workspace_id, channel_id, user_id, friend_state, links_made, created_at)
            select ${workspaceId}, ${channelId}, 'U' || lpad(to_hex(i), 32, '0'), 'friend', 1, ${now}
              from generate_series(1, ${n}::int) i
            returning id, user_id),
          pairs as (
            select m.id as member_id, u.id as line_user_id, u.user_id from
              (select id, row_number() over (order by id) as n from m) m join
              (select id, user_id, row_number() over (order by id) as n from u) u using (n)),
          linked as (
            insert into links (workspace_id, member_id, channel_id, line_user_id, role, route, linked_at, created_at)
            select ${workspaceId}, member_id, ${channelId}, line_user_id, 'member', 'import', ${now}, ${now} from pairs)
          select member_id as "memberId", user_id as "userId" from pairs order by member_id`,
    );
  }

  async setFriend(scope: Scope, userId: string, state: 'friend' | 'blocked' | 'none'): Promise<void> {
    await this.db.execute(
      scope,
      sql`update line_users set friend_state = ${state} where workspace_id = ${scope.workspaceId} and user_id = ${userId}`,
    );
  }

  /** They want nothing promotional any more. */
  async optOut(scope: Scope, memberIds: readonly string[]): Promise<void> {
    const now = scope.clock.now();
    await this.db.execute(
      scope,
      sql`insert into member_opt_outs (workspace_id, member_id, purpose, since, source, recorded_at)
          select ${scope.workspaceId}, id, 'promotional', ${now}, 'spec', ${now} from unnest(${memberIds}::bigint[]) id`,
    );
  }

  async setPurchaseTotal(scope: Scope, memberId: string, total: number): Promise<void> {
    await this.db.execute(
      scope,
      sql`update members set purchase_total = ${total} where workspace_id = ${scope.workspaceId} and id = ${memberId}`,
    );
  }

  async unlink(scope: Scope, memberId: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`update links set ended_at = ${scope.clock.now()}
           where workspace_id = ${scope.workspaceId} and member_id = ${memberId}`,
    );
  }

  async endRole(scope: Scope, memberId: string, role: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`update links set ended_at = ${scope.clock.now()}
           where workspace_id = ${scope.workspaceId} and member_id = ${memberId} and role = ${role}`,
    );
  }

  async link(scope: Scope, channelId: string, memberId: string, userId: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`with u as (
            update line_users set links_made = links_made + 1
             where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and user_id = ${userId} returning id)
          insert into links (workspace_id, member_id, channel_id, line_user_id, role, route, linked_at, created_at)
          select ${scope.workspaceId}, ${memberId}, ${channelId}, id, 'user', 'import', ${scope.clock.now()},
                 ${scope.clock.now()} from u`,
    );
  }

  async setAttributes(scope: Scope, memberId: string, attributes: object): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into member_profiles (workspace_id, member_id, attributes)
          values (${scope.workspaceId}, ${memberId}, ${JSON.stringify(attributes)})
          on conflict (workspace_id, member_id) do update set attributes = excluded.attributes`,
    );
  }
}
