import { createServer } from 'node:net';
import { join } from 'node:path';
import { environment, loadConfig, type Config } from '#config';
import { APP_ROLE, freePort, migrate, startEmbeddedPostgres, type EmbeddedServer } from '#database';
import { createHttpApp } from '#http';
import { prepareQueue } from '#jobs';
import type { Clock } from '#kernel';
import { startEmulator } from '../line-emulator/emulator.js';
import { StartRefusal } from './instance-lock.js';
import type { LineAccount } from './demo-workspace/line-account.js';
import { keepSecrets, type Secrets } from './secrets.js';
import { StandaloneModule } from './standalone.module.js';

export interface StackOptions {
  dataDir: string;
  /** Of the API; 0 takes any free one. */
  port: number;
  /** Plays LINE on this port (0: any free one); absent: LINE is where the environment says. */
  emulate?: { port: number };
  logLevel?: string;
  /** Another clock than the system's. */
  clock?: Clock;
}

export interface Stack {
  apiUrl: string;
  emulatorUrl?: string;
  adminKey: string;
  /** The account that the emulator plays. */
  lineAccount: Required<LineAccount>;
  /** Ends everything in the order in which it leans on each other. */
  stop(): Promise<void>;
}

/** Longer than a handler needs to finish; what does not is in the outbox, and goes on with the next start. */
const CLOSE_MS = 10_000;
const DATABASE = 'tsunagi';
const APP_USER = 'tsunagi';

/** What a laptop's memory allows; the defaults of Postgres are those of a machine of 1996. */
const SERVER_SETTINGS = {
  shared_buffers: '256MB',
  effective_cache_size: '1GB',
  work_mem: '16MB',
  random_page_cost: '1.1',
  max_wal_size: '2GB',
  max_connections: '100',
};

/**
 * Embedded Postgres, migrations, and in one process emulator, api and worker.
 * @throws StartRefusal when a port is taken or the data directory is broken
 */
export async function startStack(options: StackOptions): Promise<Stack> {
  const started: (() => Promise<void>)[] = [];
  const stop = async () => {
    for (const end of started.splice(0).reverse()) await end();
  };
  try {
    if (options.port) await refuseTakenPort(options.port, 'PORT');
    const port = options.port || (await freePort());
    const secrets = keepSecrets(options.dataDir);
    const server = await startDatabase(options.dataDir, secrets);
    started.push(() => server.stop());
    const ownerUrl = server.url(DATABASE);
    const login = { user: APP_USER, password: secrets.appPassword };
    await migrate(ownerUrl, login);
    await prepareQueue(ownerUrl, APP_ROLE);
    const appUrl = Object.assign(new URL(ownerUrl), { username: login.user, password: login.password }).toString();
    const emulator = options.emulate && (await startEmulator({ ...options.emulate, ...emulatorFiles(options) }));
    if (emulator) started.push(() => emulator.close());
    const config = readConfig({ ...options, port }, secrets, appUrl, emulator?.url);
    const app = await createHttpApp(StandaloneModule.forRoot(config, options.clock), config);
    started.push(() => atMost(CLOSE_MS, app.close()));
    await app.listen(config.port, config.host);
    const apiUrl = `http://localhost:${port}`;
    return { apiUrl, emulatorUrl: emulator?.url, adminKey: config.adminKey, lineAccount: secrets.lineAccount, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

/** Its own, and the mails that we write for want of a mail server. */
function emulatorFiles({ dataDir }: StackOptions): { dataFile: string; mailDir: string } {
  return { dataFile: join(dataDir, 'line-emulator.jsonl'), mailDir: join(dataDir, 'mail') };
}

async function startDatabase(dataDir: string, secrets: Secrets): Promise<EmbeddedServer> {
  try {
    const server = await startEmbeddedPostgres({
      dataDir: join(dataDir, 'postgres'),
      password: secrets.ownerPassword,
      settings: SERVER_SETTINGS,
    });
    await server.ensureDatabase(DATABASE);
    return server;
  } catch (error) {
    throw new StartRefusal((error as Error).message, { cause: error });
  }
}

function readConfig(options: StackOptions, secrets: Secrets, databaseUrl: string, lineUrl?: string): Config {
  return loadConfig({
    ADMIN_KEY: secrets.adminKey,
    ENCRYPTION_KEYS: secrets.encryptionKeys,
    PUBLIC_URL: `http://localhost:${options.port}`,
    ...(lineUrl && { LINE_API_BASE_URL: lineUrl, LINE_DATA_API_BASE_URL: lineUrl, LINE_LOGIN_BASE_URL: lineUrl }),
    ...environment(),
    ...(options.logLevel && { LOG_LEVEL: options.logLevel }),
    DATABASE_URL: databaseUrl,
    DATABASE_OWNER_URL: '',
    PORT: String(options.port),
    DATA_DIR: options.dataDir,
  });
}

async function refuseTakenPort(port: number, variable: string): Promise<void> {
  const probe = createServer();
  await new Promise<void>((done, fail) => {
    probe.once('error', (error: NodeJS.ErrnoException) => {
      const why = error.code === 'EADDRINUSE' ? 'is taken by another program' : `cannot be used (${error.message})`;
      fail(new StartRefusal(`Port ${port} ${why}: set ${variable} to a free one.`));
    });
    probe.listen(port, '127.0.0.1', done);
  });
  await new Promise((done) => probe.close(done));
}

/** Waits for `work`, but not for ever: a queue that has only just begun to listen does not always let go. */
async function atMost(milliseconds: number, work: Promise<void>): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<void>((done) => (timer = setTimeout(done, milliseconds)));
  await Promise.race([work, late]);
  clearTimeout(timer);
}
