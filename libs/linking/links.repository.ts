import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';
import type { Ties } from '#members';
import type { LinkRole } from './link.entity.js';
import type { LinkDto } from './linking.dto.js';

export interface NewLink {
  /** members.id */
  memberId: string;
  /** line_users.id */
  lineUserId: string;
  role: LinkRole;
  linkedAt: Date;
}

@Injectable()
export class LinksRepository {
  constructor(private readonly db: Database) {}

  /**
   * Makes the links that do not live yet; of equal ones in the list the first counts.
   * @returns the members (inside ids) of the new links, one entry a link
   */
  async insertNew(scope: WorkspaceRef, channelId: string, links: NewLink[], at: Date): Promise<string[]> {
    const rows = await this.db.query<{ memberId: string }>(
      scope,
      sql`insert into links (workspace_id, member_id, channel_id, line_user_id, role, route, linked_at, created_at)
          select ${scope.workspaceId}, n.member_id, ${channelId}, n.line_user_id, n.role, 'import', n.linked_at, ${at}
            from unnest(${links.map(({ memberId }) => memberId)}::bigint[],
                        ${links.map(({ lineUserId }) => lineUserId)}::bigint[],
                        ${links.map(({ role }) => role)}::text[],
                        ${links.map(({ linkedAt }) => linkedAt.toISOString())}::timestamptz[])
                 with ordinality n (member_id, line_user_id, role, linked_at, place)
           order by n.place
          on conflict (workspace_id, member_id, line_user_id, role) where ended_at is null do nothing
          returning member_id as "memberId"`,
    );
    return rows.map(({ memberId }) => memberId);
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
   */
  async holdMembers(scope: WorkspaceRef, memberIds: string[]): Promise<void> {
    await this.db.execute(
      scope,
      sql`select 1 from members where workspace_id = ${scope.workspaceId} and id = any(${memberIds}::bigint[])
           order by external_id for no key update`,
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

  /** Ends a live link. @returns its member (inside id); undefined where no such link lives */
  async end(scope: WorkspaceRef, id: string, reason: string, at: Date): Promise<string | undefined> {
    const row = await this.db.maybeOne<{ memberId: string }>(
      scope,
      sql`update links set ended_at = ${at}, end_reason = ${reason}
           where workspace_id = ${scope.workspaceId} and id = ${id} and ended_at is null
          returning member_id as "memberId"`,
    );
    return row?.memberId;
  }

  async exists(scope: WorkspaceRef, id: string): Promise<boolean> {
    const row = await this.db.maybeOne(
      scope,
      sql`select 1 from links where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
    return row !== undefined;
  }

  /** Ends up to `most` live links of a channel. @returns their members (inside ids), one entry a link */
  async endOfChannel(scope: WorkspaceRef, channelId: string, end: { at: Date; reason: string; most: number }) {
    const rows = await this.db.query<{ memberId: string }>(
      scope,
      sql`update links set ended_at = ${end.at}, end_reason = ${end.reason}
           where workspace_id = ${scope.workspaceId} and id in (
                 select id from links
                  where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and ended_at is null
                  order by id limit ${end.most} for update)
          returning member_id as "memberId"`,
    );
    return rows.map(({ memberId }) => memberId);
  }
}
