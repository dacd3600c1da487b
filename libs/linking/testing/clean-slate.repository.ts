import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';

/** Forgets every link, LINE user, member and job of a workspace. */
export class CleanSlateRepository {
  constructor(private readonly db: Database) {}

  async wipe(scope: WorkspaceRef): Promise<void> {
    const takeovers = [sql`takeover_claims`, sql`takeover_links`, sql`takeovers`, sql`login_grants`];
    for (const table of [...takeovers, sql`links`, sql`line_users`, sql`members`, sql`outbox`]) {
      await this.db.execute(scope, sql`delete from ${table}`);
    }
  }
}
