import type { QueryRunner } from 'typeorm';

/** Group role of every application login: it owns nothing and cannot bypass row-level security. */
export const APP_ROLE = 'tsunagi_app';

/**
 * As a sub-select the setting is evaluated once a statement, not once a row; written without it, the same queries
 * over a million rows were 1.3 to 2 times slower. Unset is null and matches no row.
 */
const CURRENT_WORKSPACE = `(select nullif(current_setting('app.workspace_id', true), '')::uuid)`;

/** Makes a table show only the rows of the transaction's workspace, to its owner too. */
export async function isolateByWorkspace(runner: QueryRunner, table: string, column = 'workspace_id'): Promise<void> {
  await runner.query(`
    ALTER TABLE ${table} ENABLE ROW LEVEL SECURITY;
    ALTER TABLE ${table} FORCE ROW LEVEL SECURITY;
    CREATE POLICY workspace ON ${table}
      USING (${column} = ${CURRENT_WORKSPACE}) WITH CHECK (${column} = ${CURRENT_WORKSPACE});
  `);
}

/**
 * Lets the owner's `lookup_…` functions read a table across workspaces. They are the only way from a bare id, or from
 * the clock, to a workspace; the application's role can call them, not read the table.
 */
export async function allowLookups(runner: QueryRunner, table: string): Promise<void> {
  await runner.query(`CREATE POLICY lookup ON ${table} FOR SELECT TO CURRENT_USER USING (true);`);
}
