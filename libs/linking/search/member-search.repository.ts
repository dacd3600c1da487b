import { Injectable } from '@nestjs/common';
import { bigints, Database, empty, sql, type Sql } from '#database';
import type { FriendState } from '#channels';
import type { WorkspaceRef } from '#kernel';
import type { LinkRole, LinkRoute } from '../link.entity.js';

export interface FoundMember {
  /** Where the list goes on after this member. */
  place: string[];
  externalId: string;
  rank: string | null;
  birthMonth: number | null;
  registeredAt: Date | null;
  visitCount: number;
  purchaseCount: number;
  /** Minor units, as text. */
  purchaseTotal: string;
  lastPurchaseAt: Date | null;
  linked: boolean;
  friendState: FriendState;
  createdAt: Date;
  links: FoundLink[];
}

export interface FoundLink {
  id: string;
  channelId: string;
  lineUserId: string;
  role: LinkRole;
  route: LinkRoute;
  linkedAt: Date;
  friendState: FriendState;
}

type MemberRow = Omit<FoundMember, 'links' | 'place'> & {
  /** members.id */
  id: string;
  /** What the list is ordered by. */
  first: string;
  second?: string;
};

/** What one live link of the member must be. */
export interface WantedLink {
  role?: LinkRole;
  from?: Date;
  to?: Date;
}

interface Paging {
  limit: number;
  /** The last member's `place`. */
  after?: string[];
}

/** Of a member `m`, all that a page shows of it but the links: read where it is found, never looked up a second time. */
const SUMMARY = sql`
  m.id, m.external_id as "externalId", m.rank, m.birth_month as "birthMonth", m.registered_at as "registeredAt",
  m.visit_count as "visitCount", m.purchase_count as "purchaseCount", m.purchase_total as "purchaseTotal",
  m.last_purchase_at as "lastPurchaseAt", m.linked, m.friend_state as "friendState", m.created_at as "createdAt"`;

/**
 * Every search walks one index from where the last page ended, so that a page costs the same among a thousand members
 * and among a million. Text and link together walk whichever Postgres expects to be the shorter way.
 */
@Injectable()
export class MemberSearchRepository {
  constructor(private readonly db: Database) {}

  /** In the order of their inside ids. */
  all(scope: WorkspaceRef, linked: boolean | undefined, { limit, after = ['0'] }: Paging): Promise<FoundMember[]> {
    return this.found(
      scope,
      sql`select m.id as first, ${SUMMARY} from members m
           where m.workspace_id = ${scope.workspaceId} and m.id > ${after[0]} ${tied(linked)}
           order by m.id limit ${limit}`,
    );
  }

  /**
   * By the beginning of their external id, whose order it is, or by mail address (as typed, or in small letters) or
   * telephone number.
   * @param wanted of those only who have such a live link
   */
  byText(scope: WorkspaceRef, q: string, who: { linked?: boolean; wanted?: WantedLink }, { limit, after }: Paging) {
    const { workspaceId } = scope;
    const among = sql`${after ? sql`and m.external_id > ${after[0]}` : empty} ${tied(who.linked)}
      ${who.wanted ? sql`and ${hasLink(workspaceId, who.wanted)}` : empty}`;
    const byProfile = (is: Sql) => sql`
      select m.external_id as first, ${SUMMARY} from member_profiles p
        join members m on m.workspace_id = ${workspaceId} and m.id = p.member_id
       where p.workspace_id = ${workspaceId} and ${is} ${among}`;
    return this.found(
      scope,
      sql`select distinct on (first) * from (
            (select m.external_id as first, ${SUMMARY} from members m
              where m.workspace_id = ${workspaceId} and m.external_id ^@ ${q} ${among}
              order by m.external_id limit ${limit})
            union all ${byProfile(sql`p.email in (${q}, ${q.toLowerCase()})`)}
            union all ${byProfile(sql`p.phone = ${q}`)}) matches
           order by first limit ${limit}`,
    );
  }

  /** By a live link, in the order of its date; each member stands where the first link is that is wanted. */
  byLink(scope: WorkspaceRef, wanted: WantedLink, { limit, after }: Paging) {
    const { workspaceId } = scope;
    const further = after && sql`and (l.linked_at, l.id) > (${momentOf(after[0]!)}, ${after[1]}::bigint)`;
    return this.found(
      scope,
      // Each member is looked up alone (offset 0): joined as sets, Postgres may read all of them for one page.
      sql`with page as materialized (
            select l.member_id, ${microseconds(sql`l.linked_at`)} as first, l.id as second from links l
             where l.workspace_id = ${workspaceId} and ${isWanted(sql`l`, wanted)} ${further ?? empty}
               and not exists (
                 select from links e
                  where e.workspace_id = ${workspaceId} and e.member_id = l.member_id and ${isWanted(sql`e`, wanted)}
                    and (e.linked_at, e.id) < (l.linked_at, l.id))
             order by l.linked_at, l.id limit ${limit})
          select page.first, page.second, ${SUMMARY}
            from page
           cross join lateral (select * from members where workspace_id = ${workspaceId} and id = page.member_id offset 0) m
           order by page.first, page.second`,
    );
  }

  /**
   * The members of a page, then their links: a thousand sub-selects, each with a sort and an aggregate of its own, took
   * several times as long.
   * @param page `SUMMARY` of members in their order, with `first` and `second` by which they are ordered
   */
  private async found(scope: WorkspaceRef, page: Sql): Promise<FoundMember[]> {
    return this.db.transaction(scope, async () => {
      const members = await this.db.query<MemberRow>(scope, page);
      const links = await this.liveLinks(
        scope,
        members.filter(({ linked }) => linked).map(({ id }) => id),
      );
      return members.map(({ id, first, second, ...member }) => {
        return { ...member, place: second === undefined ? [first] : [first, second], links: links.get(id) ?? [] };
      });
    });
  }

  /** @param memberIds members.id @returns by member, in the order they were made */
  private async liveLinks(scope: WorkspaceRef, memberIds: string[]): Promise<Map<string, FoundLink[]>> {
    const links = new Map<string, FoundLink[]>();
    if (memberIds.length === 0) return links;
    const rows = await this.db.query<FoundLink & { memberId: string }>(
      scope,
      sql`select l.member_id as "memberId", l.id, l.channel_id as "channelId", u.user_id as "lineUserId", l.role, l.route,
                 l.linked_at as "linkedAt", u.friend_state as "friendState"
            from links l join line_users u on u.workspace_id = l.workspace_id and u.id = l.line_user_id
           where l.workspace_id = ${scope.workspaceId} and l.member_id = any(${bigints(memberIds)}::bigint[])
             and l.ended_at is null
           order by l.id`,
    );
    for (const { memberId, ...link } of rows) {
      const others = links.get(memberId);
      if (others) others.push(link);
      else links.set(memberId, [link]);
    }
    return links;
  }
}

/** Written out, so that the partial indexes of linked and of other members fit. */
function tied(linked: boolean | undefined): Sql {
  if (linked === undefined) return empty;
  return linked ? sql`and m.linked` : sql`and not m.linked`;
}

function isWanted(link: Sql, { role, from, to }: WantedLink): Sql {
  return sql`${link}.ended_at is null
    ${role === undefined ? empty : sql`and ${link}.role = ${role}`}
    ${from === undefined ? empty : sql`and ${link}.linked_at >= ${from}`}
    ${to === undefined ? empty : sql`and ${link}.linked_at < ${to}`}`;
}

function hasLink(workspaceId: string, wanted: WantedLink): Sql {
  return sql`exists (select from links e where e.workspace_id = ${workspaceId} and e.member_id = m.id
                        and ${isWanted(sql`e`, wanted)})`;
}

/** Since 1970, whole: text of an instant would be rounded to milliseconds on its way through a cursor. */
function microseconds(instant: Sql): Sql {
  return sql`(extract(epoch from ${instant}) * 1000000)::bigint`;
}

function momentOf(micros: string): Sql {
  return sql`(timestamptz 'epoch' + ${micros}::bigint * interval '1 microsecond')`;
}
