import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';

/** What is kept of members and their LINE users beside their links. */
@Injectable()
export class MemberTracesRepository {
  constructor(private readonly db: Database) {}

  /**
   * Forgets codes of the member as contractor and as user, whose contract it is, and how often codes were typed wrongly by
   * LINE users who were never linked with anybody else.
   * @param memberId members.id
   */
  async forget(scope: WorkspaceRef, memberId: string): Promise<void> {
    const { workspaceId } = scope;
    for (const table of [sql`user_codes`, sql`contract_users`]) {
      await this.db.execute(
        scope,
        sql`delete from ${table}
             where workspace_id = ${workspaceId} and (contractor_id = ${memberId} or user_id = ${memberId})`,
      );
    }
    await this.db.execute(
      scope,
      sql`delete from code_failures f
           where f.workspace_id = ${workspaceId}
             and f.line_user_id in (select line_user_id from links
                                     where workspace_id = ${workspaceId} and member_id = ${memberId})
             and not exists (select from links l where l.workspace_id = ${workspaceId}
                                and l.line_user_id = f.line_user_id and l.member_id <> ${memberId})`,
    );
  }
}
