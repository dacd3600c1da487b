import { Injectable } from '@nestjs/common';
import { Database, empty, prepared, sql, type Sql } from '#database';
import type { WorkspaceRef } from '#kernel';
import { unseen } from './plannable.repository.js';
import type { RecipientState, SkipReason } from './recipient.entity.js';
import type { SendClass, SendOrigin } from './send.entity.js';

/** What became of one person. */
export interface RecipientOutcome {
  /** members.id; minus line_users.id for somebody who is no member. */
  memberId: string;
  /** Null for somebody who is no member. */
  externalId: string | null;
  lineUserId: string | null;
  state: RecipientState;
  reason: SkipReason | null;
  /** LINE's words, or the value that decided. */
  detail: string | null;
  requestId: string | null;
  settledAt: Date | null;
  /** Which of the send's contents: 0 for its own messages. */
  variant: number;
  /** They wait until the first part of the send has shown how people take it. */
  held: boolean;
  /** Their place in the list: the number of their page. */
  page: number;
}

export interface OutcomeFilter {
  state?: RecipientState;
  reason?: SkipReason;
  memberId?: string;
  variant?: number;
  /** The person after whom to go on. */
  after?: Pick<RecipientOutcome, 'page' | 'memberId'>;
  limit: number;
}

/** One send as one member met it. */
export interface MemberSend extends Omit<RecipientOutcome, 'externalId' | 'page'> {
  sendId: string;
  channelId: string;
  originKind: SendOrigin;
  originId: string;
  class: SendClass;
  createdAt: Date;
}

/** A page counts whom it holds by outcome, so that pages with nobody in question are passed over unopened. */
export const counted: Record<RecipientState, Sql> = {
  planned: sql`p.remaining > 0`,
  accepted: sql`p.accepted > 0`,
  rejected: sql`p.rejected > 0`,
  uncertain: sql`p.uncertain > 0`,
  skipped: sql`p.skipped <> '{}'`,
};

/** Who got what, and why not. */
@Injectable()
export class OutcomesRepository {
  constructor(private readonly db: Database) {}

  /** People of a send, page by page and in the order of their ids. */
  list(scope: WorkspaceRef, sendId: string, filter: OutcomeFilter): Promise<RecipientOutcome[]> {
    const { state, reason, memberId, variant, after, limit } = filter;
    const only = (condition: Sql | false) => (condition ? sql`and ${condition}` : empty);
    const pages = sql`
      select number from pages p
       where p.workspace_id = ${scope.workspaceId} and p.send_id = ${sendId}
         ${only(state !== undefined && counted[state])}
         ${only(reason !== undefined && sql`jsonb_exists(p.skipped, ${reason})`)}
         ${only(variant !== undefined && sql`p.variant = ${variant}`)}
         ${only(memberId !== undefined && around(memberId))}
         ${only(after !== undefined && sql`p.number >= ${after.page}`)}`;
    return this.db.query<RecipientOutcome>(
      scope,
      // Looked up person by person: joined as sets, Postgres may read all members for each of them.
      sql`select o."memberId", o.state, o.reason, o.detail, o."requestId", o."settledAt", o.variant, o.held, o.page,
                 (select external_id from members m
                   where m.workspace_id = ${unseen(scope.workspaceId)} and m.id = o."memberId") as "externalId",
                 (${userIdOf(scope)}) as "lineUserId"
            from (
              select o.* from (${pages} order by number offset 0) p
               cross join lateral (
                 select o.member_id as "memberId", o.line_user_id, o.state, o.reason, o.detail,
                        o.request_id as "requestId", o.settled_at as "settledAt", o.variant, o.held, o.page
                   from recipient_outcomes o
                  where o.workspace_id = ${scope.workspaceId} and o.send_id = ${sendId} and o.page = p.number
                    ${only(state !== undefined && sql`o.state = ${state}`)}
                    ${only(reason !== undefined && sql`o.reason = ${reason}`)}
                    ${only(memberId !== undefined && sql`o.member_id = ${memberId}`)}
                    ${only(after !== undefined && sql`(o.page, o.member_id) > (${after.page}, ${after.memberId})`)}
                  order by o.member_id limit ${limit}) o
               limit ${limit}) o
           order by o.page, o."memberId"`,
    );
  }

  /**
   * What a member was sent or would have been, the newest send first.
   * @param sendIds only these @param before the send to go on after
   */
  ofMember(
    scope: WorkspaceRef,
    memberId: string,
    { sendIds, before, limit }: { sendIds?: readonly string[]; before?: string; limit: number },
  ): Promise<MemberSend[]> {
    return this.db.query<MemberSend>(
      scope,
      // Each page found is read by its key: joined as sets, Postgres reads all pages of all those sends. And prepared,
      // because planning over all months takes longer than the answer.
      prepared(sql`
          select o.member_id as "memberId", (${userIdOf(scope)}) as "lineUserId", o.state, o.reason, o.detail,
                 o.request_id as "requestId", o.settled_at as "settledAt", o.variant, o.held, s.id as "sendId",
                 s.channel_id as "channelId", s.origin_kind as "originKind", s.origin_id as "originId", s.class,
                 s.created_at as "createdAt"
            from (select p.send_id, p.number from pages p
                   where p.workspace_id = ${scope.workspaceId} and ${around(memberId)}
                     and ${memberId}::bigint = any(p.member_ids)
                     ${sendIds === undefined ? empty : sql`and p.send_id = any(${sendIds}::uuid[])`}
                     ${before === undefined ? empty : sql`and p.send_id < ${before}`}
                   order by p.send_id desc limit ${limit}) p
            join sends s on s.workspace_id = ${scope.workspaceId} and s.id = p.send_id
           cross join lateral (
             select o.* from recipient_outcomes o
              where o.workspace_id = ${scope.workspaceId} and o.send_id = p.send_id and o.page = p.number
                and o.member_id = ${memberId}::bigint offset 0) o
           order by p.send_id desc`),
    );
  }

  /** People planned and without an outcome, over all sends of a channel that go on. */
  async open(scope: WorkspaceRef, channelId: string): Promise<number> {
    const { n } = await this.db.one<{ n: number }>(
      scope,
      sql`select coalesce(sum(p.remaining), 0)::int as n from sends s
            join pages p on p.workspace_id = s.workspace_id and p.send_id = s.id and p.state in ('held', 'due', 'leased')
           where s.workspace_id = ${scope.workspaceId} and s.channel_id = ${channelId} and s.ended_at is null`,
    );
    return n;
  }
}

/** LINE's id of the user of the outcome `o`. */
function userIdOf({ workspaceId }: WorkspaceRef): Sql {
  return sql`select user_id from line_users u where u.workspace_id = ${unseen(workspaceId)} and u.id = o.line_user_id`;
}

/** Pages `p` that may hold a member, found by equality: see block_around() in the migration. */
function around(memberId: string): Sql {
  return sql`p.block = any(blocks_around(${memberId}::bigint))
    and ${memberId}::bigint between p.first_member and p.last_member`;
}
