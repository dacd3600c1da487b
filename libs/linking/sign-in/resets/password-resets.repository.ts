import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';

export interface NewReset {
  id: string;
  memberId: string;
  tokenHash: Buffer;
  emailHash: Buffer;
  createdAt: Date;
  expiresAt: Date;
}

/** What a live token opens. */
export interface FoundReset {
  memberId: string;
  loginId: string;
  emailHash: Buffer;
}

@Injectable()
export class PasswordResetsRepository {
  constructor(private readonly db: Database) {}

  async add(scope: WorkspaceRef, reset: NewReset): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into password_resets
                 (workspace_id, id, member_id, token_hash, email_hash, created_at, expires_at)
          values (${scope.workspaceId}, ${reset.id}, ${reset.memberId}, ${reset.tokenHash}, ${reset.emailHash},
                  ${reset.createdAt}, ${reset.expiresAt})`,
    );
  }

  async markMailed(scope: WorkspaceRef, id: string, at: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`update password_resets set mailed_at = ${at} where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  async countMailed(scope: WorkspaceRef, memberId: string, since: Date): Promise<number> {
    const { count } = await this.db.one<{ count: number }>(
      scope,
      sql`select count(*)::int as count from password_resets
           where workspace_id = ${scope.workspaceId} and member_id = ${memberId} and mailed_at > ${since}`,
    );
    return count;
  }

  async findLive(scope: WorkspaceRef, tokenHash: Buffer, now: Date): Promise<FoundReset | undefined> {
    return this.db.maybeOne<FoundReset>(
      scope,
      sql`select r.member_id as "memberId", l.login_id as "loginId", r.email_hash as "emailHash"
            from password_resets r
            join member_logins l on l.workspace_id = r.workspace_id and l.member_id = r.member_id
           where r.workspace_id = ${scope.workspaceId} and r.token_hash = ${tokenHash}
             and r.used_at is null and r.expires_at > ${now}`,
    );
  }

  /** Of many who use one token at the same time, one gets true. */
  async take(scope: WorkspaceRef, tokenHash: Buffer, now: Date): Promise<boolean> {
    const taken = await this.db.execute(
      scope,
      sql`update password_resets set used_at = ${now}
           where workspace_id = ${scope.workspaceId} and token_hash = ${tokenHash}
             and used_at is null and expires_at > ${now}`,
    );
    return taken === 1;
  }

  /** A password that is set by one link makes the others void. */
  async endOthers(scope: WorkspaceRef, memberId: string, now: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`update password_resets set used_at = ${now}
           where workspace_id = ${scope.workspaceId} and member_id = ${memberId} and used_at is null`,
    );
  }

  /** @param before only those that had expired by then */
  async removeOf(scope: WorkspaceRef, memberId: string, before?: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`delete from password_resets
           where workspace_id = ${scope.workspaceId} and member_id = ${memberId}
             and (${before ?? null}::timestamptz is null or expires_at < ${before ?? null}::timestamptz)`,
    );
  }
}
