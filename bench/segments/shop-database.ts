import { createHash } from 'node:crypto';
import { chmodSync, existsSync, mkdirSync } from 'node:fs';
import pg from 'pg';
import { migrate, startEmbeddedPostgres, type EmbeddedServer } from '#database';
import { generateShop, generationSteps } from './generated-shop.js';

const LOGIN = { user: 'tsunagi_bench', password: 'bench' };

/** What a machine of 8 GB and 2 cores gives its Postgres; nothing here is meant to survive a power cut. */
const SETTINGS = {
  shared_buffers: '2GB',
  effective_cache_size: '6GB',
  work_mem: '64MB',
  maintenance_work_mem: '512MB',
  max_wal_size: '1GB',
  wal_level: 'minimal',
  max_wal_senders: '0',
  // One beside the process that asks: two cores.
  max_parallel_workers_per_gather: '1',
  // Hash tables that two processes share are then in huge pages, where the machine has them.
  min_dynamic_shared_memory: '256MB',
  random_page_cost: '1.1',
  jit: 'off',
  fsync: 'off',
  synchronous_commit: 'off',
  full_page_writes: 'off',
};

export interface ShopDatabase {
  /** As the application's role, with row-level security. */
  url: string;
  ownerUrl: string;
  stop(): Promise<void>;
}

/** The generated shop on a server of its own; made once and kept for as long as nothing that shapes it changes. */
export async function openShop(directory: string, members: number, log: (line: string) => void): Promise<ShopDatabase> {
  mkdirSync(directory, { recursive: true });
  if (!existsSync(directory)) chmodSync(directory, 0o755);
  const server = await startEmbeddedPostgres({
    dataDir: `${directory}/postgres`,
    password: 'bench',
    settings: SETTINGS,
  });
  try {
    const ownerUrl = await ensureShop(server, members, log);
    const url = Object.assign(new URL(ownerUrl), { username: LOGIN.user, password: LOGIN.password }).toString();
    return { url, ownerUrl, stop: () => server.stop() };
  } catch (error) {
    await server.stop();
    throw error;
  }
}

async function ensureShop(server: EmbeddedServer, members: number, log: (line: string) => void): Promise<string> {
  const admin = new pg.Client(server.url('postgres'));
  await admin.connect();
  try {
    await migrateInto(server, admin, 'shape');
    const name = `shop_${members}_${await fingerprint(server, members)}`;
    const { rowCount } = await admin.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) {
      log(`making a shop of ${members} members; this is done once and takes some minutes`);
      await dropOthers(admin, members);
      await migrateInto(server, admin, 'making');
      await withClient(server.url('making'), (owner) => generateShop(owner, members, log));
      await admin.query(`ALTER DATABASE making RENAME TO ${name}`);
    }
    return server.url(name);
  } finally {
    await admin.end();
  }
}

/** Shops of this size as they were before something changed: gigabytes that nobody asks for any more. */
async function dropOthers(admin: pg.Client, members: number): Promise<void> {
  const { rows } = await admin.query<{ name: string }>(
    'SELECT datname AS name FROM pg_database WHERE starts_with(datname, $1)',
    [`shop_${members}_`],
  );
  for (const { name } of rows) await admin.query(`DROP DATABASE ${name}`);
}

async function migrateInto(server: EmbeddedServer, admin: pg.Client, name: string): Promise<void> {
  await admin.query(`DROP DATABASE IF EXISTS ${name}`);
  await admin.query(`CREATE DATABASE ${name}`);
  await migrate(server.url(name), LOGIN);
}

/** Of the tables and indexes as they are migrated now, and of how they are filled. */
async function fingerprint(server: EmbeddedServer, members: number): Promise<string> {
  const shape = await withClient(server.url('shape'), async (owner) => {
    const { rows } = await owner.query<{ text: string }>(`
      select concat_ws(' ', table_name, column_name, ordinal_position, data_type) as text from information_schema.columns
       where table_schema = 'public' union all select indexdef from pg_indexes where schemaname = 'public' order by 1`);
    return rows.map(({ text }) => text);
  });
  return createHash('sha256')
    .update(JSON.stringify([shape, generationSteps(members)]))
    .digest('hex')
    .slice(0, 12);
}

async function withClient<T>(url: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client(url);
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}
