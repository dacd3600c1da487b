import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';

@Injectable()
export class SignInAnswersRepository {
  constructor(private readonly db: Database) {}

  /** Of many who bring one answer at the same time, one gets true; the others wait for its commit. */
  async take(scope: WorkspaceRef, jti: string, expiresAt: Date): Promise<boolean> {
    const taken = await this.db.execute(
      scope,
      sql`insert into sign_in_answers (workspace_id, jti, expires_at)
          values (${scope.workspaceId}, ${jti}, ${expiresAt}) on conflict do nothing`,
    );
    return taken === 1;
  }

  /** Throws away some that would be refused for their age by now. */
  async forgetOld(scope: WorkspaceRef, now: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`delete from sign_in_answers where workspace_id = ${scope.workspaceId} and jti in (
            select jti from sign_in_answers where workspace_id = ${scope.workspaceId} and expires_at < ${now}
             order by expires_at limit 100 for update skip locked)`,
    );
  }
}
