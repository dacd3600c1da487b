import { Injectable } from '@nestjs/common';
import { Database, sql, type Sql } from '#database';
import type { WorkspaceRef } from '#kernel';

export interface NewUserCode {
  id: string;
  contractorId: string;
  userId: string;
  /** Encrypted. */
  label: Buffer | null;
  /** Encrypted. */
  code: Buffer;
  codeHash: Buffer;
  createdAt: Date;
  expiresAt: Date | null;
}

export interface StoredUserCode {
  id: string;
  /** members.id of the user. */
  userId: string;
  /** The company's own id of the user. */
  userMemberId: string;
  /** Encrypted. */
  label: Buffer | null;
  /** Encrypted; null once used. */
  code: Buffer | null;
  createdAt: Date;
  expiresAt: Date | null;
  usedAt: Date | null;
}

/** For whom a code was right: members.id, both. */
export interface RightCode {
  id: string;
  contractorId: string;
  userId: string;
}

/** An attempt keeps its code for a moment beyond its end, so that what completes in that very moment is not undone. */
const MARGIN = sql`interval '1 minute'`;

/** A code that nobody has used, that was not taken back, and that no other browser is just about to use. */
function free(codeHash: Buffer, attemptId: string | null, at: Date): Sql {
  return sql`c.code_hash = ${codeHash} and c.used_at is null and c.ended_at is null
    and (c.expires_at is null or c.expires_at > ${at})
    and not exists (select from link_attempts a
                     where a.workspace_id = c.workspace_id and a.id = c.attempt_id
                       and a.id is distinct from ${attemptId}::uuid
                       and (a.link_id is not null
                            or (a.state in ('open', 'handed_over') and a.expires_at + ${MARGIN} > ${at})))`;
}

@Injectable()
export class UserCodesRepository {
  constructor(private readonly db: Database) {}

  /** @returns false, without effect, where the user has an open code of this contract, or the code is taken */
  async insert(scope: WorkspaceRef, given: NewUserCode): Promise<boolean> {
    const inserted = await this.db.execute(
      scope,
      sql`insert into user_codes (workspace_id, id, contractor_id, user_id, label, code, code_hash, created_at, expires_at)
          values (${scope.workspaceId}, ${given.id}, ${given.contractorId}, ${given.userId}, ${given.label},
                  ${given.code}, ${given.codeHash}, ${given.createdAt}, ${given.expiresAt})
          on conflict do nothing`,
    );
    return inserted === 1;
  }

  /** Codes of a contract that were not taken back, in the order they were made. */
  async list(scope: WorkspaceRef, contractorId: string): Promise<StoredUserCode[]> {
    return this.db.query<StoredUserCode>(
      scope,
      sql`select c.id, c.user_id as "userId", m.external_id as "userMemberId", c.label, c.code,
                 c.created_at as "createdAt", c.expires_at as "expiresAt", c.used_at as "usedAt"
            from user_codes c
            join members m on m.workspace_id = c.workspace_id and m.id = c.user_id
           where c.workspace_id = ${scope.workspaceId} and c.contractor_id = ${contractorId} and c.ended_at is null
           order by c.id`,
    );
  }

  /** Takes a code of a contract back. @returns false where there is none, or it was taken back before */
  async end(scope: WorkspaceRef, contractorId: string, id: string, at: Date): Promise<boolean> {
    const ended = await this.db.execute(
      scope,
      sql`update user_codes set ended_at = ${at}, code = null
           where workspace_id = ${scope.workspaceId} and contractor_id = ${contractorId} and id = ${id}
             and ended_at is null`,
    );
    return ended === 1;
  }

  /** Takes back the open codes of users (members.id) of a contract: all, or those that have run out. */
  async endOpen(scope: WorkspaceRef, contractorId: string, of: { userIds: string[]; expiredOnly: boolean; at: Date }) {
    await this.db.execute(
      scope,
      sql`update user_codes set ended_at = ${of.at}, code = null
           where workspace_id = ${scope.workspaceId} and contractor_id = ${contractorId}
             and user_id = any(${of.userIds}::bigint[]) and used_at is null and ended_at is null
             and (not ${of.expiredOnly} or expires_at <= ${of.at})`,
    );
  }

  /**
   * Holds a code until the transaction ends. Before asking whether it is free: an update that had to wait would look at
   * the attempts as they were before.
   */
  async hold(scope: WorkspaceRef, codeHash: Buffer): Promise<void> {
    await this.db.query(
      scope,
      sql`select 1 from user_codes where workspace_id = ${scope.workspaceId} and code_hash = ${codeHash} for update`,
    );
  }

  /** The attempt of a LINE user that keeps a code, if there is one; hold the code first. */
  async keptFor(scope: WorkspaceRef, codeHash: Buffer, lineUserId: string): Promise<string | undefined> {
    const row = await this.db.maybeOne<{ id: string }>(
      scope,
      sql`select a.id from user_codes c
            join link_attempts a on a.workspace_id = c.workspace_id and a.id = c.attempt_id
           where c.workspace_id = ${scope.workspaceId} and c.code_hash = ${codeHash} and a.line_user_id = ${lineUserId}
             and a.ended_at is null`,
    );
    return row?.id;
  }

  /** @param attemptId of the attempt that may keep it */
  async isFree(scope: WorkspaceRef, codeHash: Buffer, attemptId: string | null, at: Date): Promise<boolean> {
    const found = await this.db.maybeOne(
      scope,
      sql`select c.id from user_codes c
           where c.workspace_id = ${scope.workspaceId} and ${free(codeHash, attemptId, at)}`,
    );
    return found !== undefined;
  }

  /** Uses a free code up, for a LINE user; hold it first. @returns undefined where there is no such free code */
  async use(scope: WorkspaceRef, codeHash: Buffer, lineUserId: string, at: Date): Promise<RightCode | undefined> {
    return this.db.maybeOne<RightCode>(
      scope,
      sql`update user_codes c set used_at = ${at}, used_by = ${lineUserId}, code = null
           where c.workspace_id = ${scope.workspaceId} and ${free(codeHash, null, at)}
          returning c.id, c.contractor_id as "contractorId", c.user_id as "userId"`,
    );
  }

  /** Keeps a free code for an attempt until that has ended; hold it first. @returns undefined where there is no such free code */
  async keepFor(scope: WorkspaceRef, codeHash: Buffer, attemptId: string, at: Date): Promise<RightCode | undefined> {
    return this.db.maybeOne<RightCode>(
      scope,
      sql`update user_codes c set attempt_id = ${attemptId}
           where c.workspace_id = ${scope.workspaceId} and ${free(codeHash, attemptId, at)}
          returning c.id, c.contractor_id as "contractorId", c.user_id as "userId"`,
    );
  }

  /** Gives back what an attempt keeps, but for one code. */
  async letGo(scope: WorkspaceRef, attemptId: string, but: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`update user_codes set attempt_id = null
           where workspace_id = ${scope.workspaceId} and attempt_id = ${attemptId} and id <> ${but} and used_at is null`,
    );
  }

  /** Uses up the codes that were kept for the attempts from which these links came. @param linkIds links.id */
  async useByLinks(scope: WorkspaceRef, linkIds: string[], at: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`update user_codes c set used_at = ${at}, used_by = a.line_user_id, code = null
            from link_attempts a
           where a.workspace_id = ${scope.workspaceId} and a.link_id = any(${linkIds}::bigint[])
             and c.workspace_id = a.workspace_id and c.attempt_id = a.id and c.used_at is null`,
    );
  }

  /** The member (members.id) as whom a LINE user is linked who used this code up; undefined where it is not so. */
  async linkedBy(scope: WorkspaceRef, codeHash: Buffer, lineUserId: string): Promise<string | undefined> {
    const row = await this.db.maybeOne<{ userId: string }>(
      scope,
      sql`select c.user_id as "userId" from user_codes c
            join links l on l.workspace_id = c.workspace_id and l.member_id = c.user_id and l.role = 'user'
             and l.line_user_id = c.used_by and l.ended_at is null
           where c.workspace_id = ${scope.workspaceId} and c.code_hash = ${codeHash} and c.used_by = ${lineUserId}`,
    );
    return row?.userId;
  }

  /** Whether any code waits for its user: where none does, nothing that people write is meant as one. */
  async anyOpen(scope: WorkspaceRef): Promise<boolean> {
    const row = await this.db.maybeOne(
      scope,
      sql`select 1 from user_codes where workspace_id = ${scope.workspaceId} and used_at is null and ended_at is null
           limit 1`,
    );
    return row !== undefined;
  }
}
