import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope } from '#kernel';

/** Leaves a trace that can be counted. */
@Injectable()
export class NotesRepository {
  constructor(private readonly db: Database) {}

  async add(scope: Scope, id: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into audit_entries (workspace_id, at, actor_kind, actor_id, action, subject, details)
          values (${scope.workspaceId}, ${scope.clock.now()}, 'system', 'spec', 'notes.created', ${id}, '{}')`,
    );
  }
}
