import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { createServer, type AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { migrate, startEmbeddedPostgres, type EmbeddedServer } from '#database';
import { prepareQueue } from '#jobs';

const ADMIN_KEY = 'bench-admin-key-of-at-least-32-characters';
const LOGIN = { user: 'tsunagi_bench', password: 'bench' };

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
    const postgres = await startEmbeddedPostgres({
      dataDir: join(directory, 'postgres'),
      password: 'bench',
      settings: { shared_buffers: '256MB', max_wal_size: '2GB' },
    });
    const ownerUrl = postgres.url('postgres');
    await migrate(ownerUrl, LOGIN);
    await prepareQueue(ownerUrl, LOGIN.user);
    const appUrl = Object.assign(new URL(ownerUrl), { username: LOGIN.user, password: LOGIN.password }).toString();
    const port = await freePort();
    const child = fork(join(import.meta.dirname, '../../apps/api/main.js'), {
      env: {
        ...process.env,
        DATABASE_URL: appUrl,
        PORT: String(port),
        ADMIN_KEY,
        ENCRYPTION_KEYS: `bench:${Buffer.alloc(32, 7).toString('base64')}`,
        LOG_LEVEL: 'warn',
      },
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    const api = new ApiProcess(port, child, postgres, directory);
    await api.ready();
    return api;
  }

  /** A workspace with one LINE channel. @returns the id of the channel */
  async connectChannel(channelSecret: string): Promise<string> {
    const workspace = { name: 'Bench' };
    const { apiKey } = await this.post<{ apiKey: string }>('/v1/workspaces', ADMIN_KEY, workspace);
    const channel = { name: 'Bench', lineChannelId: '1600000000', channelSecret, accessToken: 'token', verify: false };
    return (await this.post<{ id: string }>('/v1/channels', apiKey, channel)).id;
  }

  /** How many webhook events are committed. */
  async storedEvents(): Promise<number> {
    const client = new pg.Client(this.postgres.url('postgres'));
    await client.connect();
    try {
      const { rows } = await client.query<{
        n: number;
      }>(`select coalesce(sum(json_array_length(webhook->'events')), 0)::int as n
           from webhook_batches, json_array_elements(convert_from(bodies, 'UTF8')::json) webhook`);
      return rows[0]?.n ?? 0;
    } finally {
      await client.end();
    }
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

  private async post<T>(path: string, key: string, body: object): Promise<T> {
    const answer = await fetch(`http://127.0.0.1:${this.port}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(body),
    });
    if (!answer.ok) throw new Error(`${path} answered ${answer.status}: ${await answer.text()}`);
    return (await answer.json()) as T;
  }
}

async function freePort(): Promise<number> {
  const probe = createServer();
  await new Promise<void>((resolve) => probe.listen(0, '127.0.0.1', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
