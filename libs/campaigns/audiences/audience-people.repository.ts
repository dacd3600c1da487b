import { Injectable } from '@nestjs/common';
import { bigints, Database, empty, sql, texts, type Sql } from '#database';
import type { WorkspaceRef } from '#kernel';

/** LINE users of a channel by LINE's id, as people: the member they are linked to, or minus line_users.id. */
export type PeopleByLineUser = Map<string, string>;

/** Who is in an audience. */
@Injectable()
export class AudiencePeopleRepository {
  constructor(private readonly db: Database) {}

  /** @returns those who were not in it yet */
  async add(scope: WorkspaceRef, audienceId: string, people: readonly string[]): Promise<Set<string>> {
    if (people.length === 0) return new Set();
    const added = await this.db.query<{ id: string }>(
      scope,
      sql`insert into audience_members (workspace_id, audience_id, member_id)
          select ${scope.workspaceId}, ${audienceId}, id from unnest(${bigints(people)}::bigint[]) id order by id
          on conflict do nothing returning member_id as id`,
    );
    return new Set(added.map(({ id }) => id));
  }

  /** Who is not known to the channel is missing. Of several members that somebody is, it is the one linked first. */
  async byLineUser(scope: WorkspaceRef, channelId: string, userIds: readonly string[]): Promise<PeopleByLineUser> {
    if (userIds.length === 0) return new Map();
    const rows = await this.db.query<{ userId: string; id: string }>(
      scope,
      sql`select n.user_id as "userId", coalesce(l.member_id, -u.id) as id
            from unnest(${texts(userIds)}::text[]) n (user_id)
            cross join lateral (
              select id from line_users
               where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and user_id = n.user_id limit 1) u
            left join lateral (
              select member_id from links
               where workspace_id = ${scope.workspaceId} and line_user_id = u.id and channel_id = ${channelId}
                 and ended_at is null
               order by id limit 1) l on true`,
    );
    return new Map(rows.map(({ userId, id }) => [userId, id]));
  }

  /** Those skipped in a send for one of these reasons are in the audience now. @returns how many */
  addSkipped(scope: WorkspaceRef, audienceId: string, sendId: string, reasons: readonly string[]): Promise<number> {
    return this.db.execute(
      scope,
      sql`insert into audience_members (workspace_id, audience_id, member_id)
          select ${scope.workspaceId}, ${audienceId}, member_id from recipient_outcomes
           where workspace_id = ${scope.workspaceId} and send_id = ${sendId} and state = 'skipped'
             and reason = any(${reasons}::text[])
           order by member_id
          on conflict do nothing`,
    );
  }

  /**
   * @param condition over `members m`, which LINE users who are no members always fulfil; default: everybody does
   * @returns members.id, or minus line_users.id
   */
  async all(scope: WorkspaceRef, audienceId: string, condition?: Sql): Promise<string[]> {
    const { ids } = await this.db.one<{ ids: string[] }>(
      scope,
      sql`select coalesce(array_agg(a.member_id::text), '{}') as ids
            from ${peopleOf(scope, audienceId, condition)}`,
    );
    return ids;
  }

  /** How many they are. */
  async count(scope: WorkspaceRef, audienceId: string, condition?: Sql): Promise<number> {
    const { people } = await this.db.one<{ people: number }>(
      scope,
      sql`select count(*)::int as people from ${peopleOf(scope, audienceId, condition)}`,
    );
    return people;
  }
}

function peopleOf(scope: WorkspaceRef, audienceId: string, condition: Sql | undefined): Sql {
  const fulfilled = sql`
    left join members m on m.workspace_id = a.workspace_id and m.id = a.member_id
    where a.member_id < 0 or m.id is not null and (${condition ?? empty})`;
  return sql`(select workspace_id, member_id from audience_members
               where workspace_id = ${scope.workspaceId} and audience_id = ${audienceId}) a
             ${condition ? fulfilled : empty}`;
}
