import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';

const TABLES = [
  sql`links`,
  sql`link_attempts`,
  sql`user_codes`,
  sql`contract_users`,
  sql`linking_tries`,
  sql`line_users`,
  sql`outbox`,
  sql`members`,
];

/** Forgets every contract, code, link, person and job of a workspace. */
export class ContractsRepository {
  constructor(private readonly db: Database) {}

  async wipe(scope: WorkspaceRef): Promise<void> {
    for (const table of TABLES) await this.db.execute(scope, sql`delete from ${table}`);
  }
}
