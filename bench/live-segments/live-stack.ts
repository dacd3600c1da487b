import { readFileSync } from 'node:fs';
import pg from 'pg';
import { startEmbeddedPostgres, type EmbeddedServer } from '#database';
import { prepareQueue } from '#jobs';
import { Child, childrenOf, cpuSecondsOf } from '../delivery/child.js';
import { openShop } from '../segments/shop-database.js';

const DIRECTORY = '.data/bench/segments';
const DATABASE = 'live_segments';
const LOGIN = { user: 'tsunagi_bench', password: 'bench' };

/** As in production: a commit is on the disk when it is answered. Postgres notes when that was. */
const SETTINGS = {
  shared_buffers: '2GB',
  effective_cache_size: '6GB',
  maintenance_work_mem: '512MB',
  max_wal_size: '4GB',
  min_wal_size: '1GB',
  random_page_cost: '1.1',
  track_commit_timestamp: 'on',
};

/** The generated rows took their numbers without asking the sequences. */
const GO_ON_COUNTING = `
  SELECT setval(pg_get_serial_sequence(t, c), 1000000000)
    FROM (VALUES ('events', 'seq'), ('orders', 'id'), ('members', 'id')) AS made (t, c)`;

/** What is told of live segments, kept when the outbox has forgotten it; in its row the moment of the commit. */
const LISTENING = `
  CREATE SCHEMA heard;
  CREATE TABLE heard.changes (payload jsonb NOT NULL);
  CREATE FUNCTION heard.keep() RETURNS trigger LANGUAGE plpgsql SECURITY DEFINER SET search_path = public
    AS $$ BEGIN INSERT INTO heard.changes VALUES (new.payload); RETURN NULL; END $$;
  CREATE TRIGGER keep AFTER INSERT ON outbox FOR EACH ROW
    WHEN (new.job = 'segments.members_changed') EXECUTE FUNCTION heard.keep()`;

/** A copy of the generated shop on a durable server, the API and one worker: each a process of its own. */
export class LiveStack {
  private constructor(
    private readonly server: EmbeddedServer,
    readonly owner: pg.Client,
    readonly api: Child,
    readonly worker: Child,
    /** As the application's role. */
    readonly url: string,
  ) {}

  static async start(members: number, log: (line: string) => void): Promise<LiveStack> {
    const shop = await openShop(DIRECTORY, members, log);
    const template = new URL(shop.ownerUrl).pathname.slice(1);
    await shop.stop();
    const server = await startEmbeddedPostgres({
      dataDir: `${DIRECTORY}/postgres`,
      password: 'bench',
      settings: SETTINGS,
    });
    try {
      log('copying the shop');
      await administer(server.url('postgres'), [
        `DROP DATABASE IF EXISTS ${DATABASE}`,
        `CREATE DATABASE ${DATABASE} TEMPLATE ${template} STRATEGY FILE_COPY`,
      ]);
      return await LiveStack.open(server);
    } catch (error) {
      await server.stop();
      throw error;
    }
  }

  private static async open(server: EmbeddedServer): Promise<LiveStack> {
    const ownerUrl = server.url(DATABASE);
    await prepareQueue(ownerUrl, LOGIN.user);
    await administer(ownerUrl, [GO_ON_COUNTING, LISTENING]);
    const url = Object.assign(new URL(ownerUrl), { username: LOGIN.user, password: LOGIN.password }).toString();
    const environment = {
      DATABASE_URL: url,
      ADMIN_KEY: 'bench-admin-key-of-at-least-32-characters',
      ENCRYPTION_KEYS: `bench:${Buffer.alloc(32, 7).toString('base64')}`,
      LOG_LEVEL: 'warn',
      RATE_LIMIT_PER_MINUTE: '0',
    };
    const api = await Child.start('api', '/readyz', environment);
    const worker = await Child.start('worker', '/healthz', environment);
    const owner = new pg.Client(ownerUrl);
    await owner.connect();
    return new LiveStack(server, owner, api, worker, url);
  }

  /** Processor seconds used so far. */
  cpuSeconds(): { api: number; worker: number; postgres: number } {
    const postmaster = Number(readFileSync(`${DIRECTORY}/postgres/postmaster.pid`, 'utf8').split('\n')[0]);
    const postgres = cpuSecondsOf(childrenOf(postmaster));
    return { api: this.api.cpuSeconds(), worker: this.worker.cpuSeconds(), postgres };
  }

  async stop(): Promise<void> {
    await this.worker.stop();
    await this.api.stop();
    await this.owner.end();
    await administer(this.server.url('postgres'), [`DROP DATABASE IF EXISTS ${DATABASE} WITH (FORCE)`]);
    await this.server.stop();
  }
}

async function administer(url: string, statements: string[]): Promise<void> {
  const admin = new pg.Client(url);
  await admin.connect();
  try {
    for (const statement of statements) await admin.query(statement);
  } finally {
    await admin.end();
  }
}
