import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';

/** What is known of how a member gets in; everything is null for a member without a login. */
export interface LoginState {
  loginId: string | null;
  passwordSetAt: Date | null;
  /** Of the profile. */
  email: string | null;
  verifiedEmailHash: Buffer | null;
  emailVerifiedAt: Date | null;
}

export interface FoundLogin {
  memberId: string;
  loginId: string;
  passwordHash: string | null;
}

export interface NewLogin {
  memberId: string;
  loginId: string;
  loginKey: string;
  /** Undefined: as it is. */
  passwordHash?: string;
}

export interface NewPassword {
  memberId: string;
  passwordHash: string;
  /** SHA-256 of the address by which the member got here. */
  verifiedEmailHash: Buffer;
}

@Injectable()
export class LoginsRepository {
  constructor(private readonly db: Database) {}

  /** Throws a unique violation (23505) where another member has the key. */
  async put(scope: WorkspaceRef, { memberId, loginId, loginKey, passwordHash }: NewLogin, at: Date): Promise<void> {
    const hash = passwordHash ?? null;
    await this.db.execute(
      scope,
      sql`insert into member_logins as l
                 (workspace_id, member_id, login_id, login_key, password_hash, password_set_at, created_at)
          values (${scope.workspaceId}, ${memberId}, ${loginId}, ${loginKey}, ${hash},
                  case when ${hash}::text is not null then ${at}::timestamptz end, ${at})
          on conflict (workspace_id, member_id) do update
             set login_id = excluded.login_id, login_key = excluded.login_key,
                 password_hash = coalesce(excluded.password_hash, l.password_hash),
                 password_set_at = coalesce(excluded.password_set_at, l.password_set_at)`,
    );
  }

  /** @returns false where there is none */
  async remove(scope: WorkspaceRef, memberId: string): Promise<boolean> {
    const removed = await this.db.execute(
      scope,
      sql`delete from member_logins where workspace_id = ${scope.workspaceId} and member_id = ${memberId}`,
    );
    return removed === 1;
  }

  async state(scope: WorkspaceRef, memberId: string): Promise<LoginState | undefined> {
    return this.db.maybeOne<LoginState>(
      scope,
      sql`select l.login_id as "loginId", l.password_set_at as "passwordSetAt", p.email,
                 l.verified_email_hash as "verifiedEmailHash", l.email_verified_at as "emailVerifiedAt"
            from members m
            left join member_logins l on l.workspace_id = m.workspace_id and l.member_id = m.id
            left join member_profiles p on p.workspace_id = m.workspace_id and p.member_id = m.id
           where m.workspace_id = ${scope.workspaceId} and m.id = ${memberId}`,
    );
  }

  async findByKey(scope: WorkspaceRef, loginKey: string): Promise<FoundLogin | undefined> {
    return this.db.maybeOne<FoundLogin>(
      scope,
      sql`select member_id as "memberId", login_id as "loginId", password_hash as "passwordHash" from member_logins
           where workspace_id = ${scope.workspaceId} and login_key = ${loginKey}`,
    );
  }

  /** Holds a member's login until the ambient transaction ends. @returns false where there is none */
  async hold(scope: WorkspaceRef, memberId: string): Promise<boolean> {
    const held = await this.db.execute(
      scope,
      sql`select 1 from member_logins
           where workspace_id = ${scope.workspaceId} and member_id = ${memberId} for update`,
    );
    return held === 1;
  }

  /** Sets a password that the member chose. */
  async setPassword(scope: WorkspaceRef, { memberId, passwordHash, verifiedEmailHash }: NewPassword, at: Date) {
    await this.db.execute(
      scope,
      sql`update member_logins
             set password_hash = ${passwordHash}, password_set_at = ${at},
                 verified_email_hash = ${verifiedEmailHash}, email_verified_at = ${at}
           where workspace_id = ${scope.workspaceId} and member_id = ${memberId}`,
    );
  }

  /** The same password with more work. @param before the hash it was; another one that was set meanwhile stays */
  async renewHash(scope: WorkspaceRef, memberId: string, before: string, passwordHash: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`update member_logins set password_hash = ${passwordHash}
           where workspace_id = ${scope.workspaceId} and member_id = ${memberId} and password_hash = ${before}`,
    );
  }
}
