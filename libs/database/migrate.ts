import pg from 'pg';
import { DataSource } from 'typeorm';
import { migrations } from './migrations/index.js';
import { APP_ROLE } from './row-level-security.js';

const { escapeIdentifier, escapeLiteral } = pg;

export interface AppLogin {
  user: string;
  password: string;
}

/**
 * Brings a database to the current schema; safe to run twice and from two processes at once.
 * @param ownerUrl `postgres://…` of the role that owns the tables
 * @param login the application's login role, made or given this password here; it can neither own nor bypass
 * @returns names of the migrations that ran
 */
export async function migrate(ownerUrl: string, login?: AppLogin): Promise<string[]> {
  const source = new DataSource({ type: 'postgres', url: ownerUrl, migrations, migrationsTransactionMode: 'each' });
  await source.initialize();
  const runner = source.createQueryRunner();
  try {
    await runner.connect();
    // TypeORM takes no lock of its own: two migrating processes would both find the same work to do.
    await runner.query(`select pg_advisory_lock(hashtextextended('tsunagi.migrate', 0))`);
    await prepareRoles(runner.query.bind(runner), login);
    const ran = await source.runMigrations();
    return ran.map((migration) => migration.name);
  } finally {
    await runner.release();
    await source.destroy();
  }
}

type Query = (text: string) => Promise<unknown[]>;

async function prepareRoles(query: Query, login?: AppLogin): Promise<void> {
  await createRole(query, APP_ROLE, 'NOLOGIN');
  await query(`GRANT USAGE ON SCHEMA public TO ${APP_ROLE}`);
  await query(
    `ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT SELECT, INSERT, UPDATE, DELETE ON TABLES TO ${APP_ROLE}`,
  );
  if (!login) return;
  const user = escapeIdentifier(login.user);
  await createRole(query, user, 'NOLOGIN');
  await query(`ALTER ROLE ${user} LOGIN PASSWORD ${escapeLiteral(login.password)}`);
  await query(`GRANT ${APP_ROLE} TO ${user}`);
  const named = `rolname = ${escapeLiteral(login.user)}`;
  const powers = await query(`SELECT 1 FROM pg_roles WHERE ${named} AND (rolsuper OR rolbypassrls)`);
  if (powers.length > 0)
    throw new Error(`The role ${login.user} bypasses row-level security: it cannot be the application's.`);
}

/** Roles belong to the whole server, so another database's migration may be making the same one at this moment. */
async function createRole(query: Query, name: string, attributes: string): Promise<void> {
  await query(`
    DO $$ BEGIN
      CREATE ROLE ${name} ${attributes};
    EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL;
    END $$`);
}
