import { Injectable } from '@nestjs/common';
import { Database, sql, type Sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';
import { forgotten } from './attempts/attempts.repository.js';
import { subjectOf } from './limits/tries.repository.js';

/** What is kept of members and their LINE users beside their links. */
@Injectable()
export class MemberTracesRepository {
  constructor(private readonly db: Database) {}

  /**
   * Forgets all of it but what was agreed to, which holds ids only: codes of the member as contractor and as user, whose
   * contract it is, the login and links to a new password, and how often codes and passwords were typed wrongly. No
   * takeover can bring a link back.
   * @param memberId members.id
   */
  async forget(scope: Scope, memberId: string): Promise<void> {
    await this.forgetTries(scope, memberId);
    const mine = sql`member_id = ${memberId}`;
    const ofContract = sql`(contractor_id = ${memberId} or user_id = ${memberId})`;
    const kept: [Sql, Sql][] = [
      [sql`user_codes`, ofContract],
      [sql`contract_users`, ofContract],
      [sql`member_logins`, mine],
      [sql`password_resets`, mine],
      [sql`link_sessions`, mine],
    ];
    for (const [table, whose] of kept)
      await this.db.execute(scope, sql`delete from ${table} where workspace_id = ${scope.workspaceId} and ${whose}`);
    const now = scope.clock.now();
    await this.db.execute(
      scope,
      sql`update takeovers
             set state = case state when 'open' then 'cancelled' else state end, ended_at = coalesce(ended_at, ${now}),
                 undo_until = least(undo_until, ${now})
           where workspace_id = ${scope.workspaceId} and member_id = ${memberId}`,
    );
  }

  /** Ends the attempts that are under way for a member. @param memberId members.id */
  async endAttempts(scope: Scope, memberId: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`update link_attempts set state = 'cancelled', ended_at = ${scope.clock.now()}, ${forgotten}
           where workspace_id = ${scope.workspaceId} and member_id = ${memberId} and ended_at is null`,
    );
  }

  /** Of LINE users who were linked with others too, wrong codes go on being counted. */
  private async forgetTries(scope: WorkspaceRef, memberId: string): Promise<void> {
    const { workspaceId } = scope;
    const login = await this.db.maybeOne<{ key: string }>(
      scope,
      sql`select login_key as key from member_logins where workspace_id = ${workspaceId} and member_id = ${memberId}`,
    );
    const subject = login && subjectOf(scope, login.key);
    await this.db.execute(
      scope,
      sql`delete from linking_tries t
           where t.workspace_id = ${workspaceId}
             and (t.kind in ('sign_in.login', 'reset.login') and t.subject = ${subject ?? null}
                  or t.kind = 'code.line_user' and t.subject in (
                       select l.line_user_id::text from links l
                        where l.workspace_id = ${workspaceId} and l.member_id = ${memberId}
                          and not exists (select from links o where o.workspace_id = ${workspaceId}
                                             and o.line_user_id = l.line_user_id and o.member_id <> ${memberId})))`,
    );
  }
}
