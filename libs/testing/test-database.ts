import { randomUUID } from 'node:crypto';
import pg from 'pg';

export const TEMPLATE = 'tsunagi_template';
export const APP_LOGIN = { user: 'tsunagi_test', password: 'test' };

export interface TestDatabase {
  /** As the application's role, with row-level security. */
  url: string;
  /** As the superuser, to look behind the curtain. */
  ownerUrl: string;
  drop(): Promise<void>;
}

/** A database of this spec file's own, cloned from the migrated template. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const server = process.env.TEST_DATABASE_SERVER;
  if (!server) throw new Error('Run specs through `npm test`: its global setup starts Postgres.');
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await asSuperuser(server, `CREATE DATABASE ${name} TEMPLATE ${TEMPLATE}`);
  const owner = new URL(server);
  owner.pathname = `/${name}`;
  const app = new URL(owner);
  app.username = APP_LOGIN.user;
  app.password = APP_LOGIN.password;
  return {
    url: app.toString(),
    ownerUrl: owner.toString(),
    drop: () => asSuperuser(server, `DROP DATABASE ${name} WITH (FORCE)`),
  };
}

async function asSuperuser(server: string, statement: string): Promise<void> {
  const client = new pg.Client(server);
  await client.connect();
  try {
    await client.query(statement);
  } finally {
    await client.end();
  }
}
