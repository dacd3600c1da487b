import { Injectable } from '@nestjs/common';
import { Database, sql, type Sql } from '#database';
import type { WorkspaceRef } from '#kernel';
import type { LinkRole } from '../link.entity.js';
import type { AttemptState, Proof, Purpose, Route } from './attempt.js';

/** An attempt as it is stored, without the hashes, which are only ever compared. */
export interface AttemptRecord {
  id: string;
  channelId: string;
  purpose: Purpose;
  route: Route;
  role: LinkRole;
  linkToken: Buffer | null;
  sessionId: string | null;
  lineUserId: string | null;
  lineDisplayName: Buffer | null;
  friend: boolean | null;
  loginTokens: Buffer | null;
  memberId: string | null;
  proof: Proof | null;
  consentId: string | null;
  /** `expired` from the moment on, whether or not somebody has written it down. */
  state: AttemptState;
  failure: string | null;
  linkId: string | null;
  expiresAt: Date;
}

export type NewAttemptRecord = Pick<AttemptRecord, 'id' | 'channelId' | 'purpose' | 'route' | 'role' | 'expiresAt'> &
  Pick<AttemptRecord, 'linkToken' | 'sessionId' | 'lineUserId' | 'lineDisplayName'> & {
    browserHash: Buffer;
    ticketHash: Buffer;
    createdAt: Date;
  };

export interface AttemptEnd {
  state: AttemptState;
  failure?: string;
  linkId?: string;
}

/** What is not needed any more once an attempt has ended; it must not lie about. */
export const forgotten = sql`ticket_hash = null, link_token = null, login_state_hash = null, login_nonce = null,
  code_verifier = null, nonce_hash = null, line_display_name = null, login_tokens = null`;

const underWay = sql`ended_at is null and expires_at >`;

/** SQL of the attempts. Every step is one statement that says in its `where` what the step needs. */
@Injectable()
export class AttemptsRepository {
  constructor(private readonly db: Database) {}

  async insert(scope: WorkspaceRef, given: NewAttemptRecord): Promise<AttemptRecord> {
    return this.db.one<AttemptRecord>(
      scope,
      sql`insert into link_attempts (workspace_id, id, channel_id, purpose, route, role, browser_hash, ticket_hash,
                                     link_token, session_id, line_user_id, line_display_name, state, created_at,
                                     expires_at)
          values (${scope.workspaceId}, ${given.id}, ${given.channelId}, ${given.purpose}, ${given.route}, ${given.role},
                  ${given.browserHash}, ${given.ticketHash}, ${given.linkToken}, ${given.sessionId},
                  ${given.lineUserId}, ${given.lineDisplayName}, 'open', ${given.createdAt}, ${given.expiresAt})
          returning ${columns(given.createdAt)}`,
    );
  }

  async ofBrowser(
    scope: WorkspaceRef,
    channelId: string,
    browser: { id: string; hash: Buffer },
    at: Date,
  ): Promise<AttemptRecord | undefined> {
    return this.db.maybeOne<AttemptRecord>(
      scope,
      sql`select ${columns(at)} from link_attempts
           where workspace_id = ${scope.workspaceId} and id = ${browser.id} and channel_id = ${channelId}
             and browser_hash = ${browser.hash}`,
    );
  }

  /** Hands the attempt of a ticket to another browser, as long as nobody has proven anything in the one before. */
  async bind(
    scope: WorkspaceRef,
    channelId: string,
    hashes: { ticket: Buffer; browser: Buffer },
    at: Date,
  ): Promise<AttemptRecord | undefined> {
    return this.db.maybeOne<AttemptRecord>(
      scope,
      sql`update link_attempts set browser_hash = ${hashes.browser}
           where workspace_id = ${scope.workspaceId} and ticket_hash = ${hashes.ticket} and channel_id = ${channelId}
             and state = 'open' and ${underWay} ${at}
             and member_id is null and (line_user_id is null or route = 'account_link')
          returning ${columns(at)}`,
    );
  }

  /** Once: the LINE side is never proven anew. */
  async setLineUser(
    scope: WorkspaceRef,
    id: string,
    proven: { lineUserId: string; name: Buffer | null; friend: boolean | null; tokens: Buffer | null },
    at: Date,
  ): Promise<AttemptRecord | undefined> {
    return this.db.maybeOne<AttemptRecord>(
      scope,
      sql`update link_attempts
             set line_user_id = ${proven.lineUserId}, line_display_name = ${proven.name}, friend = ${proven.friend},
                 login_tokens = ${proven.tokens}
           where workspace_id = ${scope.workspaceId} and id = ${id} and state = 'open' and line_user_id is null
             and ${underWay} ${at}
          returning ${columns(at)}`,
    );
  }

  async setFriend(scope: WorkspaceRef, id: string, friend: boolean, at: Date): Promise<AttemptRecord | undefined> {
    return this.db.maybeOne<AttemptRecord>(
      scope,
      sql`update link_attempts set friend = ${friend}
           where workspace_id = ${scope.workspaceId} and id = ${id} and state = 'open' and ${underWay} ${at}
          returning ${columns(at)}`,
    );
  }

  /** Who signs in again, as somebody else, before consenting, is that one. */
  async setMember(
    scope: WorkspaceRef,
    id: string,
    proven: { memberId: string; proof: Proof },
    at: Date,
  ): Promise<AttemptRecord | undefined> {
    return this.db.maybeOne<AttemptRecord>(
      scope,
      sql`update link_attempts set member_id = ${proven.memberId}, proof = ${proven.proof}
           where workspace_id = ${scope.workspaceId} and id = ${id} and state = 'open' and consent_id is null
             and ${underWay} ${at}
          returning ${columns(at)}`,
    );
  }

  async setConsent(scope: WorkspaceRef, id: string, consentId: string, at: Date): Promise<AttemptRecord | undefined> {
    return this.db.maybeOne<AttemptRecord>(
      scope,
      sql`update link_attempts set consent_id = ${consentId}
           where workspace_id = ${scope.workspaceId} and id = ${id} and state = 'open' and consent_id is null
             and line_user_id is not null and member_id is not null and ${underWay} ${at}
          returning ${columns(at)}`,
    );
  }

  /** @returns the sealed link token, which is not kept any longer; undefined where it was handed over before */
  async handOver(scope: WorkspaceRef, id: string, nonceHash: Buffer, at: Date): Promise<Buffer | undefined> {
    const row = await this.db.maybeOne<{ linkToken: Buffer }>(
      scope,
      sql`update link_attempts set state = 'handed_over', nonce_hash = ${nonceHash}, link_token = null
           where workspace_id = ${scope.workspaceId} and id = ${id} and state = 'open' and link_token is not null
             and member_id is not null and consent_id is not null and ${underWay} ${at}
          returning old.link_token as "linkToken"`,
    );
    return row?.linkToken;
  }

  async takeNonce(
    scope: WorkspaceRef,
    channelId: string,
    nonceHash: Buffer,
    at: Date,
  ): Promise<AttemptRecord | undefined> {
    return this.db.maybeOne<AttemptRecord>(
      scope,
      sql`update link_attempts set nonce_hash = null
           where workspace_id = ${scope.workspaceId} and nonce_hash = ${nonceHash} and channel_id = ${channelId}
             and state = 'handed_over' and ${underWay} ${at}
          returning ${columns(at)}`,
    );
  }

  /** Holds it until the transaction ends. */
  async claim(scope: WorkspaceRef, id: string, at: Date): Promise<AttemptRecord | undefined> {
    return this.db.maybeOne<AttemptRecord>(
      scope,
      sql`select ${columns(at)} from link_attempts
           where workspace_id = ${scope.workspaceId} and id = ${id} for update`,
    );
  }

  /** @returns undefined where it had ended before */
  async end(scope: WorkspaceRef, id: string, end: AttemptEnd, at: Date): Promise<AttemptRecord | undefined> {
    return this.db.maybeOne<AttemptRecord>(
      scope,
      sql`update link_attempts
             set state = ${end.state}, failure = ${end.failure ?? null}, link_id = ${end.linkId ?? null},
                 ended_at = ${at}, ${forgotten}
           where workspace_id = ${scope.workspaceId} and id = ${id} and ended_at is null
          returning ${columns(at)}`,
    );
  }

  /** Ends the next ones whose time is over. */
  async endOverdue(
    scope: WorkspaceRef,
    at: Date,
    most: number,
  ): Promise<Pick<AttemptRecord, 'id' | 'route' | 'purpose'>[]> {
    return this.db.query(
      scope,
      sql`update link_attempts set state = 'expired', ended_at = ${at}, ${forgotten}
           where workspace_id = ${scope.workspaceId} and id in (
                   select id from link_attempts
                    where workspace_id = ${scope.workspaceId} and ended_at is null and expires_at <= ${at}
                    order by expires_at limit ${most} for update skip locked)
          returning id, route, purpose`,
    );
  }

  async deleteEnded(scope: WorkspaceRef, before: Date, most: number): Promise<void> {
    await this.db.execute(
      scope,
      sql`delete from link_attempts where workspace_id = ${scope.workspaceId} and id in (
            select id from link_attempts where workspace_id = ${scope.workspaceId} and ended_at < ${before} limit ${most})`,
    );
  }

  async deleteDrafts(scope: WorkspaceRef, expiredAt: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`delete from link_page_drafts where workspace_id = ${scope.workspaceId} and expires_at <= ${expiredAt}`,
    );
  }

  /** Workspaces in which an attempt or a draft is to be ended or deleted. */
  async overdue(scope: null, at: Date, endedBefore: Date): Promise<string[]> {
    const rows = await this.db.call<{ workspaceId: string }>(
      scope,
      sql`select workspace_id as "workspaceId" from lookup_overdue_link_attempts(${at}, ${endedBefore})`,
    );
    return rows.map(({ workspaceId }) => workspaceId);
  }
}

function columns(at: Date): Sql {
  return sql`id, channel_id as "channelId", purpose, route, role, link_token as "linkToken",
    session_id as "sessionId", line_user_id as "lineUserId", line_display_name as "lineDisplayName", friend,
    login_tokens as "loginTokens", member_id as "memberId", proof, consent_id as "consentId",
    case when ended_at is null and expires_at <= ${at} then 'expired' else state end as state, failure,
    link_id as "linkId", expires_at as "expiresAt"`;
}
