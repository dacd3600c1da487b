import { chmodSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { APP_ROLE, migrate, startEmbeddedPostgres } from '#database';
import { prepareQueue } from '#jobs';
import { APP_LOGIN, TEMPLATE } from './test-database.js';

let stop: (() => Promise<void>) | undefined;

/**
 * One Postgres for the whole run, with one migrated template that every spec file clones. Durability is switched off:
 * what a crash does is asked by tests that start a server of their own.
 */
export default async function globalSetup(): Promise<void> {
  const directory = mkdtempSync(join(tmpdir(), 'tsunagi-test-'));
  chmodSync(directory, 0o755);
  const server = await startEmbeddedPostgres({
    dataDir: join(directory, 'postgres'),
    password: 'test',
    settings: { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off', max_connections: '200' },
  });
  await server.ensureDatabase(TEMPLATE);
  await migrate(server.url(TEMPLATE), APP_LOGIN);
  await prepareQueue(server.url(TEMPLATE), APP_ROLE);
  process.env.TEST_DATABASE_SERVER = server.url('postgres');
  stop = async () => {
    await server.stop('immediate');
    await rm(directory, { recursive: true, force: true });
  };
  // jest runs no teardown when it is told to stop.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    process.once(signal, () => void stopTestServer().finally(() => process.exit(1)));
  }
}

/** jest's global teardown: it runs in the process of the setup. */
export async function stopTestServer(): Promise<void> {
  await stop?.();
}
