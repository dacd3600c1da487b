import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';
import type { LinkRole } from '../link.entity.js';
import type { SessionOutcome, SessionState } from './link-session.entity.js';

/** A session as it is stored, without the hashes, which are only ever compared. */
export interface SessionRecord {
  id: string;
  channelId: string;
  role: LinkRole | null;
  /** members.id */
  memberId: string | null;
  returnUrl: string;
  attemptId: string | null;
  state: SessionState;
  /** line_users.id */
  lineUserId: string | null;
  friend: boolean | null;
  loginTokens: Buffer | null;
  failure: string | null;
  outcome: SessionOutcome | null;
  createdAt: Date;
  /** Of the step that is due next. */
  expiresAt: Date;
}

export type NewSession = Pick<
  SessionRecord,
  'id' | 'channelId' | 'role' | 'memberId' | 'returnUrl' | 'createdAt' | 'expiresAt'
> & { keyHash: Buffer };

/** How the way over LINE ended. */
export type FinishedSession = Pick<SessionRecord, 'lineUserId' | 'friend' | 'loginTokens' | 'failure'> & {
  attemptId: string;
  codeHash: Buffer;
};

/** The time of a step, and the end of the one after it. */
export interface StepTimes {
  now: Date;
  nextUntil: Date;
}

const columns = sql`id, channel_id as "channelId", role, member_id as "memberId", return_url as "returnUrl",
  attempt_id as "attemptId", state, line_user_id as "lineUserId", friend, login_tokens as "loginTokens", failure,
  outcome, created_at as "createdAt", expires_at as "expiresAt"`;

/** SQL of the sessions. Every step is one statement that says in its `where` what the step needs. */
@Injectable()
export class LinkSessionsRepository {
  constructor(private readonly db: Database) {}

  async insert(scope: WorkspaceRef, given: NewSession): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into link_sessions (workspace_id, id, channel_id, role, member_id, return_url, key_hash, state,
                                     created_at, expires_at)
          values (${scope.workspaceId}, ${given.id}, ${given.channelId}, ${given.role}, ${given.memberId},
                  ${given.returnUrl}, ${given.keyHash}, 'made', ${given.createdAt}, ${given.expiresAt})`,
    );
  }

  async find(scope: WorkspaceRef, id: string): Promise<SessionRecord | undefined> {
    return this.db.maybeOne<SessionRecord>(
      scope,
      sql`select ${columns} from link_sessions where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  /** Takes the key of the start address, once. */
  async open(
    scope: WorkspaceRef,
    given: { channelId: string; id: string; keyHash: Buffer },
    now: Date,
  ): Promise<SessionRecord | undefined> {
    return this.db.maybeOne<SessionRecord>(
      scope,
      sql`update link_sessions set state = 'opened', key_hash = null
           where workspace_id = ${scope.workspaceId} and id = ${given.id} and channel_id = ${given.channelId}
             and key_hash = ${given.keyHash} and state = 'made' and expires_at > ${now}
          returning ${columns}`,
    );
  }

  async bind(scope: WorkspaceRef, id: string, attemptId: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`update link_sessions set attempt_id = ${attemptId}
           where workspace_id = ${scope.workspaceId} and id = ${id} and state = 'opened'`,
    );
  }

  /** Writes down how LINE's part ended. The first time says how; after that only the code is another one. */
  async finish(
    scope: WorkspaceRef,
    id: string,
    finished: FinishedSession,
    { now, nextUntil }: StepTimes,
  ): Promise<SessionRecord | undefined> {
    const { attemptId, codeHash, lineUserId, friend, loginTokens, failure } = finished;
    return this.db.maybeOne<SessionRecord>(
      scope,
      sql`update link_sessions
             set state = 'finished', code_hash = ${codeHash},
                 line_user_id = case state when 'opened' then ${lineUserId}::bigint else line_user_id end,
                 friend = case state when 'opened' then ${friend}::boolean else friend end,
                 login_tokens = case state when 'opened' then ${loginTokens}::bytea else login_tokens end,
                 failure = case state when 'opened' then ${failure}::text else failure end,
                 expires_at = case state when 'opened' then ${nextUntil}::timestamptz else expires_at end
           where workspace_id = ${scope.workspaceId} and id = ${id} and attempt_id = ${attemptId}
             and state in ('opened', 'finished') and expires_at > ${now}
          returning ${columns}`,
    );
  }

  /** Takes the code, once. */
  async redeem(
    scope: WorkspaceRef,
    id: string,
    codeHash: Buffer,
    { now, nextUntil }: StepTimes,
  ): Promise<SessionRecord | undefined> {
    return this.db.maybeOne<SessionRecord>(
      scope,
      sql`update link_sessions set state = 'redeemed', code_hash = null, expires_at = ${nextUntil}
           where workspace_id = ${scope.workspaceId} and id = ${id} and code_hash = ${codeHash}
             and state = 'finished' and expires_at > ${now}
          returning ${columns}`,
    );
  }

  /** What the site was told. Only somebody unknown is still to be linked, and needs the tokens. */
  async tell(scope: WorkspaceRef, id: string, outcome: SessionOutcome): Promise<void> {
    await this.db.execute(
      scope,
      sql`update link_sessions
             set outcome = ${outcome}, login_tokens = case when ${outcome}::text = 'unknown' then login_tokens end
           where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  /** Takes the right to link somebody who was unknown, once. @returns with the tokens, which are not kept any longer */
  async link(scope: WorkspaceRef, id: string, now: Date): Promise<SessionRecord | undefined> {
    const row = await this.db.maybeOne<SessionRecord & { tokensBefore: Buffer | null }>(
      scope,
      sql`update link_sessions set state = 'linked', login_tokens = null
           where workspace_id = ${scope.workspaceId} and id = ${id} and state = 'redeemed' and outcome = 'unknown'
             and expires_at > ${now}
          returning ${columns}, old.login_tokens as "tokensBefore"`,
    );
    return row && { ...row, loginTokens: row.tokensBefore };
  }

  /** What LINE calls somebody, and whether LINE's last word was that they are friends. */
  async lineUser(scope: WorkspaceRef, lineUserId: string): Promise<{ userId: string; friend: boolean }> {
    return this.db.one(
      scope,
      sql`select user_id as "userId", friend_state = 'friend' as friend from line_users
           where workspace_id = ${scope.workspaceId} and id = ${lineUserId}`,
    );
  }

  async forgetTokens(scope: WorkspaceRef, expiredAt: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`update link_sessions set login_tokens = null
           where workspace_id = ${scope.workspaceId} and login_tokens is not null and expires_at <= ${expiredAt}`,
    );
  }

  async deleteOld(scope: WorkspaceRef, madeBefore: Date, most: number): Promise<void> {
    await this.db.execute(
      scope,
      sql`delete from link_sessions where workspace_id = ${scope.workspaceId} and id in (
            select id from link_sessions
             where workspace_id = ${scope.workspaceId} and created_at < ${madeBefore} limit ${most})`,
    );
  }

  /** Workspaces that keep something of sessions which is no longer needed. */
  async untidy(scope: null, at: Date, madeBefore: Date): Promise<string[]> {
    const rows = await this.db.call<{ workspaceId: string }>(
      scope,
      sql`select workspace_id as "workspaceId" from lookup_untidy_link_sessions(${at}, ${madeBefore})`,
    );
    return rows.map(({ workspaceId }) => workspaceId);
  }
}
