import { Injectable } from '@nestjs/common';
import { Database, empty, sql, type Sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';
import type { Ties } from '#members';
import type { EndReason, LinkRole, LinkRoute } from './link.entity.js';
import type { LinkDto } from './linking.dto.js';
import type { LinkRef } from './linking.jobs.js';

export interface NewLink {
  /** members.id */
  memberId: string;
  /** line_users.id */
  lineUserId: string;
  role: LinkRole;
  linkedAt: Date;
}

export interface LinkWithRoute extends NewLink {
  channelId: string;
  route: LinkRoute;
  consentId?: string | null;
}

/** A link that ties a member to a LINE user now. */
export interface LiveLink {
  /** links.id */
  id: string;
  channelId: string;
  /** members.id */
  memberId: string;
  /** The company's own id of the member. */
  externalId: string;
  /** line_users.id */
  lineUserId: string;
  role: LinkRole;
  route: LinkRoute;
  linkedAt: Date;
  consentId: string | null;
}

const ref = sql`id as "linkId", member_id as "memberId", line_user_id as "lineUserId", role, route`;

const linkWithMember = sql`
  select l.id, l.channel_id as "channelId", l.member_id as "memberId", m.external_id as "externalId",
         l.line_user_id as "lineUserId", l.role, l.route, l.linked_at as "linkedAt", l.consent_id as "consentId"
    from links l
    join members m on m.workspace_id = l.workspace_id and m.id = l.member_id`;

@Injectable()
export class LinksRepository {
  constructor(private readonly db: Database) {}

  /**
   * Makes the links that do not live yet; of equal ones in the list the first counts.
   * @returns the new ones
   */
  async insertNew(scope: WorkspaceRef, channelId: string, links: NewLink[], at: Date): Promise<LinkRef[]> {
    return this.db.query<LinkRef>(
      scope,
      sql`with made as (
          insert into links (workspace_id, member_id, channel_id, line_user_id, role, route, linked_at, created_at)
          select ${scope.workspaceId}, n.member_id, ${channelId}, n.line_user_id, n.role, 'import', n.linked_at, ${at}
            from unnest(${links.map(({ memberId }) => memberId)}::bigint[],
                        ${links.map(({ lineUserId }) => lineUserId)}::bigint[],
                        ${links.map(({ role }) => role)}::text[],
                        ${links.map(({ linkedAt }) => linkedAt.toISOString())}::timestamptz[])
                 with ordinality n (member_id, line_user_id, role, linked_at, place)
           order by n.place
          on conflict (workspace_id, member_id, line_user_id, role) where ended_at is null do nothing
          returning *),
          ${counted(scope)}
          select ${ref} from made order by id`,
    );
  }

  /** @returns the link's id */
  async insert(scope: Scope, link: LinkWithRoute): Promise<string> {
    const { id } = await this.db.one<{ id: string }>(
      scope,
      sql`with made as (
          insert into links (workspace_id, member_id, channel_id, line_user_id, role, route, consent_id, linked_at,
                             created_at)
          values (${scope.workspaceId}, ${link.memberId}, ${link.channelId}, ${link.lineUserId}, ${link.role},
                  ${link.route}, ${link.consentId ?? null}, ${link.linkedAt}, ${scope.clock.now()})
          returning id, line_user_id),
          ${counted(scope)}
          select id from made`,
    );
    return id;
  }

  /** A link, ended or not. */
  find(scope: WorkspaceRef, id: string): Promise<LiveLink | undefined> {
    return this.db.maybeOne<LiveLink>(
      scope,
      sql`${linkWithMember} where l.workspace_id = ${scope.workspaceId} and l.id = ${id}`,
    );
  }

  /** Links, ended or not, in the order they were made. */
  findAll(scope: WorkspaceRef, ids: string[]): Promise<LiveLink[]> {
    return this.db.query<LiveLink>(
      scope,
      sql`${linkWithMember} where l.workspace_id = ${scope.workspaceId} and l.id = any(${ids}::bigint[]) order by l.id`,
    );
  }

  /** Whether one of these links has ended for this reason. */
  async anyEnded(scope: WorkspaceRef, ids: string[], reason: EndReason): Promise<boolean> {
    const row = await this.db.maybeOne(
      scope,
      sql`select 1 from links where workspace_id = ${scope.workspaceId} and id = any(${ids}::bigint[])
             and end_reason = ${reason} limit 1`,
    );
    return row !== undefined;
  }

  /** Live links of a LINE user or a member, in the order they were made. */
  live(scope: WorkspaceRef, of: { lineUserId: string } | { memberId: string }): Promise<LiveLink[]> {
    const whose = 'lineUserId' in of ? sql`l.line_user_id = ${of.lineUserId}` : sql`l.member_id = ${of.memberId}`;
    return this.db.query<LiveLink>(
      scope,
      sql`${linkWithMember} where l.workspace_id = ${scope.workspaceId} and ${whose} and l.ended_at is null order by l.id`,
    );
  }

  /** Live links of the channel in a role that the LINE user has with another member, or the member with another LINE user. */
  rivals(scope: WorkspaceRef, link: Omit<NewLink, 'linkedAt'> & { channelId: string }): Promise<LiveLink[]> {
    const isLive = sql`l.workspace_id = ${scope.workspaceId} and l.role = ${link.role} and l.ended_at is null`;
    return this.db.query<LiveLink>(
      scope,
      sql`${linkWithMember} where ${isLive} and l.line_user_id = ${link.lineUserId} and l.member_id <> ${link.memberId}
          union all
          ${linkWithMember} where ${isLive} and l.member_id = ${link.memberId} and l.line_user_id <> ${link.lineUserId}
                         and l.channel_id = ${link.channelId}`,
    );
  }

  /** Links of a member, ended ones too, in the order they were made. @param after the id of the last one seen */
  async ofMember(scope: WorkspaceRef, memberId: string, limit: number, after: string): Promise<LinkDto[]> {
    return this.db.query<LinkDto>(
      scope,
      sql`select l.id, m.external_id as "memberId", l.channel_id as "channelId", u.user_id as "lineUserId", l.role,
                 l.route, l.linked_at as "linkedAt", l.ended_at as "endedAt", l.end_reason as "endReason",
                 u.friend_state as "friendState"
            from links l
            join members m on m.workspace_id = l.workspace_id and m.id = l.member_id
            join line_users u on u.workspace_id = l.workspace_id and u.id = l.line_user_id
           where l.workspace_id = ${scope.workspaceId} and l.member_id = ${memberId} and l.id > ${after}
           order by l.id limit ${limit}`,
    );
  }

  /** LINE users (line_users.id) with a live link to a member. @param userId only this one, as LINE writes it */
  async lineUsersOf(
    scope: WorkspaceRef,
    { channelId, memberId }: { channelId: string; memberId: string },
    userId: string | undefined,
  ): Promise<string[]> {
    const rows = await this.db.query<{ id: string }>(
      scope,
      sql`select distinct u.id from links l
            join line_users u on u.workspace_id = l.workspace_id and u.id = l.line_user_id
           where l.workspace_id = ${scope.workspaceId} and l.member_id = ${memberId} and l.channel_id = ${channelId}
             and l.ended_at is null ${userId === undefined ? empty : sql`and u.user_id = ${userId}`}`,
    );
    return rows.map(({ id }) => id);
  }

  /** Members (inside ids) with a live link to one of these LINE users. */
  async membersOf(scope: WorkspaceRef, lineUserIds: string[]): Promise<string[]> {
    const rows = await this.db.query<{ memberId: string }>(
      scope,
      sql`select distinct member_id as "memberId" from links
           where workspace_id = ${scope.workspaceId} and line_user_id = any(${lineUserIds}::bigint[])
             and ended_at is null`,
    );
    return rows.map(({ memberId }) => memberId);
  }

  /**
   * Holds members until the transaction ends, in the order in which everybody holds several of them: that of their
   * external ids.
   * @returns how many there are
   */
  async holdMembers(scope: WorkspaceRef, memberIds: string[]): Promise<number> {
    const held = await this.db.query(
      scope,
      sql`select 1 from members where workspace_id = ${scope.workspaceId} and id = any(${memberIds}::bigint[])
           order by external_id for no key update`,
    );
    return held.length;
  }

  /** Holds LINE users until the transaction ends, in the order in which everybody holds several of them. */
  async holdLineUsers(scope: WorkspaceRef, lineUserIds: string[]): Promise<void> {
    await this.db.query(
      scope,
      sql`select 1 from line_users where workspace_id = ${scope.workspaceId} and id = any(${lineUserIds}::bigint[])
           order by id for no key update`,
    );
  }

  /** What the live links of these members come to, as `members` keeps it. */
  async ties(scope: WorkspaceRef, memberIds: string[]): Promise<Ties[]> {
    return this.db.query<Ties>(
      scope,
      sql`select given.id as "memberId", count(l.id) > 0 as linked,
                 case when bool_or(u.friend_state = 'friend') then 'friend'
                      when bool_or(u.friend_state = 'blocked') then 'blocked' else 'none' end as "friendState"
            from unnest(${memberIds}::bigint[]) given (id)
            left join links l on l.workspace_id = ${scope.workspaceId} and l.member_id = given.id and l.ended_at is null
            left join line_users u on u.workspace_id = l.workspace_id and u.id = l.line_user_id
           group by given.id`,
    );
  }

  /** Ends those of these links that live. @returns them */
  async end(scope: WorkspaceRef, ids: string[], { reason, at }: { reason: EndReason; at: Date }): Promise<LinkRef[]> {
    return this.db.query<LinkRef>(
      scope,
      sql`update links set ended_at = ${at}, end_reason = ${reason}
           where workspace_id = ${scope.workspaceId} and id = any(${ids}::bigint[]) and ended_at is null
          returning ${ref}`,
    );
  }

  /** Up to `most` live links of a channel. */
  async someOfChannel(
    scope: WorkspaceRef,
    channelId: string,
    most: number,
  ): Promise<{ id: string; lineUserId: string }[]> {
    return this.db.query(
      scope,
      sql`select id, line_user_id as "lineUserId" from links
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and ended_at is null
           order by id limit ${most}`,
    );
  }
}

/** Each LINE user knows how many links were `made` of it: only one with several can be reached by several members. */
function counted(scope: WorkspaceRef): Sql {
  return sql`
    counted as (
      update line_users u set links_made = links_made + n
        from (select line_user_id, count(*)::int as n from made group by 1) l
       where u.workspace_id = ${scope.workspaceId} and u.id = l.line_user_id)`;
}
