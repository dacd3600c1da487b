import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate, startEmbeddedPostgres } from '#database';
import { APP_LOGIN, TEMPLATE } from './test-database.js';

let stop: (() => Promise<void>) | undefined;

/**
 * One Postgres for the whole run, with one migrated template that every spec file clones. Durability is switched off:
 * what a crash does is asked by tests that start a server of their own.
 */
export default async function globalSetup(): Promise<void> {
  const dataDir = mkdtempSync(join(tmpdir(), 'tsunagi-test-'));
  const server = await startEmbeddedPostgres({
    dataDir,
    password: 'test',
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  const admin = new pg.Client(server.url('postgres'));
  await admin.connect();
  await admin.query(`CREATE DATABASE ${TEMPLATE}`);
  await migrate(server.url(TEMPLATE), APP_LOGIN);
  await admin.end();
  process.env.TEST_DATABASE_SERVER = server.url('postgres');
  stop = async () => {
    await server.stop();
    await rm(dataDir, { recursive: true, force: true });
  };
}

/** jest's global teardown: it runs in the process of the setup. */
export async function stopTestServer(): Promise<void> {
  await stop?.();
}
