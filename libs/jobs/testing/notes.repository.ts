import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';

/** What the errands have done, kept as audit entries. */
@Injectable()
export class NotesRepository {
  constructor(private readonly db: Database) {}

  async addWorkspace(scope: WorkspaceRef): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into workspaces (id, name, time_zone, currency, created_at)
          values (${scope.workspaceId}, 'w', 'Asia/Tokyo', 'JPY', '2026-01-01Z')`,
    );
  }

  async add(scope: WorkspaceRef, by: string, note: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into audit_entries (workspace_id, at, actor_kind, actor_id, action, subject, details)
          values (${scope.workspaceId}, '2026-01-01Z', 'system', 'errands', ${by}, ${note}, '{}')`,
    );
  }

  /** In the order in which they were written. */
  async all(scope: WorkspaceRef, by?: string): Promise<string[]> {
    const rows = await this.db.query<{ note: string }>(
      scope,
      sql`select subject as note from audit_entries
           where ${by ?? null}::text is null or action = ${by ?? null} order by id`,
    );
    return rows.map(({ note }) => note);
  }
}
