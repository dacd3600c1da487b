import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { freePort, migrate, type EmbeddedServer } from '#database';
import { prepareQueue } from '#jobs';
import { startSettledPostgres } from './settled-postgres.js';

const ADMIN_KEY = 'bench-admin-key-of-at-least-32-characters';
const LOGIN = { user: 'tsunagi_bench', password: 'bench' };

/** As the API is started in production. */
const FLAGS = ['--max-semi-space-size=64', ...(process.env.BENCH_API_ARGS?.split(' ') ?? [])];

/** The API as it runs in production, one process, on a Postgres of its own with full durability. */
export class ApiProcess {
  private constructor(
    readonly port: number,
    private readonly child: ChildProcess,
    private readonly postgres: EmbeddedServer,
    private readonly directory: string,
  ) {}

  static async start(): Promise<ApiProcess> {
    const directory = mkdtempSync(join(tmpdir(), 'tsunagi-bench-'));
    const postgres = await startSettledPostgres(directory);
    const port = await freePort();
    const child = fork(join(import.meta.dirname, '../apps/api/main.js'), {
      env: {
        ...process.env,
        DATABASE_URL: await prepare(postgres, 'postgres'),
        PORT: String(port),
        ADMIN_KEY,
        ENCRYPTION_KEYS: `bench:${Buffer.alloc(32, 7).toString('base64')}`,
        LOG_LEVEL: 'warn',
        RATE_LIMIT_PER_MINUTE: '0',
      },
      execArgv: FLAGS,
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const api = new ApiProcess(port, child, postgres, directory);
    await api.ready();
    return api;
  }

  /** A second, empty database with the same tables on the same server. @returns its address for the application's role */
  async twin(): Promise<string> {
    await this.postgres.ensureDatabase('twin');
    return prepare(this.postgres, 'twin');
  }

  get ownerUrl(): string {
    return this.postgres.url('postgres');
  }

  /** @returns the key of a new workspace */
  async makeWorkspace(): Promise<string> {
    const { apiKey } = await this.post<{ apiKey: string }>('/v1/workspaces', ADMIN_KEY, {
      name: 'Bench',
      quietHours: null,
    });
    return apiKey;
  }

  async post<T>(path: string, key: string, body: object): Promise<T> {
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }

  async stop(): Promise<void> {
    const gone = this.child.exitCode === null ? once(this.child, 'exit') : undefined;
    this.child.kill('SIGTERM');
    await gone;
    await this.postgres.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  private async ready(): Promise<void> {
    for (let tries = 0; tries < 200; tries++) {
      if (this.child.exitCode !== null) break;
      const answer = await fetch(`http://127.0.0.1:${this.port}/readyz`).catch((error: unknown) => error);
      if (answer instanceof Response && answer.ok) return;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await this.stop();
    throw new Error('The API did not start.');
  }
}

/** Brings a database to the current schema. @returns its address for the application's role */
async function prepare(postgres: EmbeddedServer, database: string): Promise<string> {
  const ownerUrl = postgres.url(database);
  await migrate(ownerUrl, LOGIN);
  await prepareQueue(ownerUrl, LOGIN.user);
  return Object.assign(new URL(ownerUrl), { username: LOGIN.user, password: LOGIN.password }).toString();
}
