import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope } from '#kernel';

@Injectable()
export class AuditRepository {
  constructor(private readonly db: Database) {}

  async add(scope: Scope, action: string, subject: string, details: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into audit_entries (workspace_id, at, actor_kind, actor_id, action, subject, details)
          values (${scope.workspaceId}, ${scope.clock.now()}, ${scope.actor.kind}, ${scope.actor.id},
                  ${action}, ${subject}, ${details})`,
    );
  }
}
