import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';
import type { Failures } from './growing-delay.js';

@Injectable()
export class CodeFailuresRepository {
  constructor(private readonly db: Database) {}

  /** Holds what is known of these until the transaction ends, in one order. @param ids line_users.id, or 0 for all */
  async claim(scope: WorkspaceRef, ids: string[], at: Date): Promise<Map<string, Failures>> {
    await this.db.execute(
      scope,
      sql`insert into code_failures (workspace_id, line_user_id, failures, failed_at)
          select ${scope.workspaceId}, given.id, 0, ${at} from unnest(${ids}::bigint[]) given (id) order by given.id
          on conflict do nothing`,
    );
    const rows = await this.db.query<Failures & { id: string }>(
      scope,
      sql`select line_user_id as id, failures as count, failed_at as at from code_failures
           where workspace_id = ${scope.workspaceId} and line_user_id = any(${ids}::bigint[])
           order by line_user_id for no key update`,
    );
    return new Map(rows.map(({ id, count, at: failedAt }) => [id, { count, at: failedAt }]));
  }

  async write(scope: WorkspaceRef, id: string, { count, at }: Failures): Promise<void> {
    await this.db.execute(
      scope,
      sql`update code_failures set failures = ${count}, failed_at = ${at}
           where workspace_id = ${scope.workspaceId} and line_user_id = ${id}`,
    );
  }

  /** One failure was none. */
  async takeBack(scope: WorkspaceRef, id: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`update code_failures set failures = greatest(failures - 1, 0)
           where workspace_id = ${scope.workspaceId} and line_user_id = ${id}`,
    );
  }

  async clear(scope: WorkspaceRef, id: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`update code_failures set failures = 0 where workspace_id = ${scope.workspaceId} and line_user_id = ${id}`,
    );
  }
}
