import { chmodSync, mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { APP_ROLE, freePort, migrate } from '#database';
import { prepareQueue } from '#jobs';
import { ApiClient } from '../../apps/standalone/api-client.js';
import type { CrashPointName } from './crash-points.js';
import { LineLedger } from './line-ledger.js';
import { Program } from './program.js';
import { ChaosPostgres, ChaosRedis } from './stores.js';
import { TcpProxy } from '#testing';

const ADMIN_KEY = 'chaos-admin-key-of-at-least-32-characters';
const LOGIN = { user: 'tsunagi_chaos', password: 'chaos' };
const QUEUE_PREFIX = '{chaos}';
const PRELOAD = 'tools/chaos/preload.js';

export interface StackOptions {
  /** Where the built programs are. */
  dist: string;
  queue: 'redis' | 'postgres';
  workers: number;
  /** Beside what every program needs. */
  env?: Record<string, string>;
  /** Whether the database gets its tables here; otherwise somebody else's migrations see to it. Default true. */
  migrated?: boolean;
}

/** Api, workers, Postgres, Redis where there is one, and LINE: each a process of its own, with a proxy before each store. */
export class ChaosStack {
  api?: Program;
  readonly workers: Program[] = [];
  private started = 0;
  private stopping?: Promise<void>;

  private constructor(
    private readonly options: StackOptions,
    private readonly place: { apiPort: number; directory: string },
    readonly postgres: ChaosPostgres,
    readonly redis: ChaosRedis | undefined,
    readonly lineProcess: Program,
    /** The way of api and workers to LINE. */
    readonly lineProxy: TcpProxy,
  ) {}

  static async start(options: StackOptions): Promise<ChaosStack> {
    const directory = mkdtempSync(join(tmpdir(), 'tsunagi-chaos-'));
    // Postgres may run as a user of its own, who has to get in.
    chmodSync(directory, 0o755);
    const [postgres, redis, line] = await Promise.all([
      ChaosPostgres.start(join(directory, 'postgres')),
      options.queue === 'redis' ? ChaosRedis.start(directory) : undefined,
      startLine(options.dist),
    ]);
    const lineProxy = await TcpProxy.to(Number(new URL(line.url).port));
    const stack = new ChaosStack(options, { apiPort: await freePort(), directory }, postgres, redis, line, lineProxy);
    try {
      if (options.migrated !== false) await stack.bringUp();
      return stack;
    } catch (error) {
      await stack.stop();
      throw error;
    }
  }

  get line(): LineLedger {
    return new LineLedger(this.lineProcess.url);
  }

  get directory(): string {
    return this.place.directory;
  }

  get apiUrl(): string {
    return `http://127.0.0.1:${this.place.apiPort}`;
  }

  get admin(): ApiClient {
    return this.client(ADMIN_KEY);
  }

  client(key: string): ApiClient {
    return new ApiClient(this.apiUrl, key);
  }

  private async bringUp(): Promise<void> {
    await this.migrate();
    const workers = Array.from({ length: this.options.workers }, () => this.startWorker());
    await Promise.all([this.startApi(), ...workers]);
  }

  async migrate(): Promise<void> {
    await migrate(this.postgres.ownerUrl, LOGIN);
    await prepareQueue(this.postgres.ownerUrl, APP_ROLE);
  }

  /** What a program of ours finds in its environment. */
  get environment(): Record<string, string> {
    const line = `http://127.0.0.1:${this.lineProxy.port}`;
    return {
      DATABASE_URL: this.postgres.urlFor(LOGIN.user, LOGIN.password),
      QUEUE_URL: this.redis?.url ?? '',
      QUEUE_PREFIX,
      ADMIN_KEY,
      ENCRYPTION_KEYS: `chaos:${Buffer.alloc(32, 7).toString('base64')}`,
      LINE_API_BASE_URL: line,
      LINE_DATA_API_BASE_URL: line,
      LINE_LOGIN_BASE_URL: line,
      LINE_TIMEOUT_MS: '3000',
      DATABASE_POOL_SIZE: '20',
      RATE_LIMIT_PER_MINUTE: '0',
      DATA_DIR: this.directory,
      LOG_LEVEL: 'warn',
      ...this.options.env,
    };
  }

  /** On the port of the one before it, which whoever talks to it knows. */
  async startApi(dist = this.options.dist): Promise<void> {
    this.api = Program.launch({
      name: 'api',
      ...this.program(dist, 'api'),
      port: this.place.apiPort,
      health: '/readyz',
    });
    await this.api.ready();
  }

  /** @param dist of another version @param env beside the usual */
  async startWorker(env: Record<string, string> = {}, dist = this.options.dist): Promise<Program> {
    const name = `worker ${++this.started}`;
    const { script, preload, env: usual } = this.program(dist, 'worker');
    const port = await freePort();
    const own = { ...usual, PGAPPNAME: name, ...env };
    const worker = Program.launch({ name, script, preload, env: own, port, health: '/healthz' });
    this.workers.push(worker);
    void worker.ended.then(() => this.workers.splice(this.workers.indexOf(worker), 1));
    await worker.ready();
    return worker;
  }

  /**
   * The first worker to come to a point for the nth time dies there; the others then go on.
   * @returns what waits for that: the worker that has died, or undefined where none came there in time
   */
  async trap(point: CrashPointName, nth = 1): Promise<(withinMs: number) => Promise<Program | undefined>> {
    const armed = [...this.workers];
    await Promise.all(armed.map((worker) => worker.arm(point, nth)));
    const first = Promise.race(armed.map(async (worker) => worker.ended.then(() => worker)));
    const disarm = () => armed.forEach((worker) => worker.disarm());
    void first.then(disarm);
    return async (withinMs) => {
      let timer: NodeJS.Timeout | undefined;
      const tooLate = new Promise<undefined>((late) => (timer = setTimeout(() => late(undefined), withinMs)));
      const died = await Promise.race([first, tooLate]);
      clearTimeout(timer);
      disarm();
      return died;
    };
  }

  /** Looks behind the curtain, past row-level security and every proxy. */
  async query<Row extends object>(text: string, values: unknown[] = []): Promise<Row[]> {
    const owner = new pg.Client(this.postgres.ownerUrl);
    await owner.connect();
    try {
      return (await owner.query<Row>(text, values)).rows;
    } finally {
      await owner.end();
    }
  }

  /** May be called twice, as when a signal comes while a run ends. */
  stop(): Promise<void> {
    return (this.stopping ??= this.end());
  }

  private async end(): Promise<void> {
    const programs = [...this.workers, this.lineProcess, ...(this.api ? [this.api] : [])];
    await Promise.all(programs.map((program) => program.kill()));
    const stores = [this.lineProxy, this.postgres, ...(this.redis ? [this.redis] : [])];
    await Promise.all(stores.map((store) => store.close()));
    await rm(this.directory, { recursive: true, force: true });
  }

  private program(dist: string, app: string): { script: string; preload: string; env: Record<string, string> } {
    const preload = join(this.options.dist, PRELOAD);
    return { script: join(dist, 'apps', app, 'main.js'), preload, env: this.environment };
  }
}

async function startLine(dist: string): Promise<Program> {
  const port = await freePort();
  const script = join(dist, 'apps/line-emulator/main.js');
  const args = ['--port', String(port)];
  const preload = join(dist, PRELOAD);
  return Program.start({ name: 'LINE', script, preload, args, port, health: '/_emulator/clock', env: {} });
}
