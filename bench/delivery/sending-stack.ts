import { mkdtempSync, readFileSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { APP_ROLE, migrate, type EmbeddedServer } from '#database';
import { prepareQueue } from '#jobs';
import { Child, childrenOf, cpuSecondsOf } from './child.js';
import { startSettledPostgres } from '../settled-postgres.js';

const ADMIN_KEY = 'bench-admin-key-of-at-least-32-characters';
const LOGIN = { user: 'tsunagi_bench', password: 'bench' };
const ACCOUNT = { channelId: '1000000001', channelSecret: 'a'.repeat(32), accessToken: 'bench-token' };

/**
 * As the worker is started in production: young objects are many and die young, so there is no need to keep room for them;
 * and the old are collected whenever they are a fifth more, not when they have doubled, which keeps memory flat.
 */
const WORKER_FLAGS = ['--max-semi-space-size=4', '--heap-growing-percent=20'];

export interface Sent {
  /** From asking for the send until LINE accepted its first request, in milliseconds. */
  firstRequestMs: number;
  /** When LINE accepted each request, in milliseconds, in order. */
  acceptedAt: number[];
  /** 429 answers for rate. */
  rateLimited: number;
  /** Most requests within any second, as LINE saw them. */
  peakPerSecond: number;
  /** From the start of the send until everybody had a row, in milliseconds. */
  planningMs: number;
  /** The worker's memory while it sent, in megabytes. */
  rssMb: number[];
  /** Processor seconds, of the worker without its start. */
  cpu: { worker: number; emulator: number; postgres: number };
  receivedOnce: number;
  receivedMore: number;
}

/** Postgres, the stand-in LINE, the API and one worker: each a process of its own. */
export class SendingStack {
  private constructor(
    private readonly postgres: EmbeddedServer,
    private readonly directory: string,
    readonly emulator: Child,
    private readonly api: Child,
    private readonly environment: Record<string, string>,
  ) {}

  static async start(): Promise<SendingStack> {
    const directory = mkdtempSync(join(tmpdir(), 'tsunagi-bench-'));
    const postgres = await startSettledPostgres(directory);
    const ownerUrl = postgres.url('postgres');
    await migrate(ownerUrl, LOGIN);
    await prepareQueue(ownerUrl, APP_ROLE);
    const emulator = await Child.start('line-emulator', '/_emulator/clock', {}, { portArgument: '--port' });
    const environment = {
      DATABASE_URL: Object.assign(new URL(ownerUrl), { username: LOGIN.user, password: LOGIN.password }).toString(),
      LINE_API_BASE_URL: emulator.url,
      LINE_DATA_API_BASE_URL: emulator.url,
      ADMIN_KEY,
      ENCRYPTION_KEYS: `bench:${Buffer.alloc(32, 7).toString('base64')}`,
      LOG_LEVEL: 'warn',
    };
    const api = await Child.start('api', '/readyz', environment);
    return new SendingStack(postgres, directory, emulator, api, environment);
  }

  get lineChannelId(): string {
    return ACCOUNT.channelId;
  }

  get apiUrl(): string {
    return this.api.url;
  }

  get accessToken(): string {
    return ACCOUNT.accessToken;
  }

  /** A shop whose members are all linked to friends. */
  async openShop(friends: number): Promise<{ key: string; channelId: string }> {
    await this.control('POST', 'channels', { ...ACCOUNT, quota: null });
    await this.control('POST', 'users', { channelId: ACCOUNT.channelId, generate: { count: friends, seed: 1 } });
    const { apiKey } = await this.api.call<{ apiKey: string }>(
      'POST',
      '/v1/workspaces',
      { name: 'Bench', quietHours: null },
      ADMIN_KEY,
    );
    const { id: channelId } = await this.api.call<{ id: string }>(
      'POST',
      '/v1/channels',
      {
        name: 'Bench',
        lineChannelId: ACCOUNT.channelId,
        channelSecret: ACCOUNT.channelSecret,
        accessToken: ACCOUNT.accessToken,
        verify: false,
      },
      apiKey,
    );
    await this.asOwner(async (owner) => {
      for (const statement of people(channelId, friends)) await owner.query(statement);
    });
    return { key: apiKey, channelId };
  }

  /** Schedules a campaign for now and waits until it is sent. */
  async send({ key, channelId }: { key: string; channelId: string }, text: string): Promise<Sent> {
    const worker = await this.startWorker();
    try {
      const draft = {
        name: 'Bench',
        channelId,
        rule: { kind: 'rank', in: ['gold'] },
        unit: 'bench',
        messages: [{ type: 'text', text }],
      };
      const { id } = await this.api.call<{ id: string }>('POST', '/v1/campaigns', draft, key);
      const before = this.cpuSeconds(worker);
      const beganAt = Date.now();
      await this.api.call('POST', `/v1/campaigns/${id}/schedule`, {}, key);
      const rssMb: number[] = [];
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, 250));
        rssMb.push(worker.rssMb());
        const { state } = await this.api.call<{ state: string }>('GET', `/v1/campaigns/${id}`, undefined, key);
        if (state === 'sent') break;
        if (state === 'failed' || state === 'paused') throw new Error(`The campaign is ${state}.`);
      }
      const after = this.cpuSeconds(worker);
      const cpu = {
        worker: after.worker - before.worker,
        emulator: after.emulator - before.emulator,
        postgres: after.postgres - before.postgres,
      };
      const ledger = await this.ledger();
      return {
        ...ledger,
        firstRequestMs: ledger.acceptedAt[0]! - beganAt,
        planningMs: await this.planningMs(),
        rssMb,
        cpu,
      };
    } finally {
      await worker.stop();
    }
  }

  /** @param flags of Node, beside those of production */
  startWorker(flags: string[] = []): Promise<Child> {
    return Child.start('worker', '/healthz', this.environment, { flags: [...WORKER_FLAGS, ...flags] });
  }

  /** A request to our API. */
  async request<T>(method: string, path: string, body: object | undefined, key: string): Promise<T> {
    return this.api.call<T>(method, path, body, key);
  }

  async control<T>(method: string, path: string, body?: object): Promise<T> {
    return this.emulator.call<T>(method, `/_emulator/${path}`, body);
  }

  async asOwner<T>(work: (owner: pg.Client) => Promise<T>): Promise<T> {
    const owner = new pg.Client(this.postgres.url('postgres'));
    await owner.connect();
    try {
      return await work(owner);
    } finally {
      await owner.end();
    }
  }

  async stop(): Promise<void> {
    await this.api.stop();
    await this.emulator.stop();
    await this.postgres.stop();
    await rm(this.directory, { recursive: true, force: true });
  }

  private async ledger() {
    const acceptedAt: number[] = [];
    for (let offset = 0; ; offset += 10_000) {
      const path = `ledger/requests?channelId=${ACCOUNT.channelId}&offset=${offset}&limit=10000`;
      const { requests } = await this.control<{ requests: { at: number }[] }>('GET', path);
      acceptedAt.push(...requests.map(({ at }) => at));
      if (requests.length < 10_000) break;
    }
    const { endpoints } = await this.control<{
      endpoints: { endpoint: string; rateLimited: number; peakPerSecond: number }[];
    }>('GET', `requests?channelId=${ACCOUNT.channelId}`);
    const sending = endpoints.filter(({ endpoint }) => endpoint === 'push' || endpoint === 'multicast');
    const { receivedOnce, receivedMore } = await this.control<{ receivedOnce: number; receivedMore: number }>(
      'GET',
      `ledger/summary?channelId=${ACCOUNT.channelId}&unit=bench`,
    );
    return {
      acceptedAt: acceptedAt.sort((a, b) => a - b),
      rateLimited: sending.reduce((sum, { rateLimited }) => sum + rateLimited, 0),
      peakPerSecond: Math.max(...sending.map(({ peakPerSecond }) => peakPerSecond)),
      receivedOnce,
      receivedMore,
    };
  }

  /** Processor seconds used so far. */
  cpuSeconds(worker: Child): Sent['cpu'] & { api: number } {
    const postmaster = Number(readFileSync(join(this.directory, 'postgres/postmaster.pid'), 'utf8').split('\n')[0]);
    const { worker: w, emulator } = { worker: worker.cpuSeconds(), emulator: this.emulator.cpuSeconds() };
    return { worker: w, emulator, api: this.api.cpuSeconds(), postgres: cpuSecondsOf(childrenOf(postmaster)) };
  }

  private planningMs(): Promise<number> {
    return this.asOwner(async (owner) => {
      const { rows } = await owner.query<{ ms: number }>(
        `select extract(epoch from planned_at - created_at)::float8 * 1000 as ms from sends order by created_at desc`,
      );
      return rows[0]!.ms;
    });
  }
}

/** Members, LINE users and links as imports leave them; the ids are those of the emulator's generated people. */
function people(channelId: string, friends: number): string[] {
  const workspace = '(select workspace_id from channels limit 1)';
  return [
    `insert into members (workspace_id, external_id, rank, linked, friend_state, profiled, created_at)
       select ${workspace}, 'm' || i, 'gold', true, 'friend', true, now() from generate_series(0, ${friends - 1}) i`,
    `insert into line_users (workspace_id, channel_id, user_id, friend_state, links_made, created_at)
       select ${workspace}, '${channelId}', 'U00000001' || lpad(to_hex(i), 24, '0'), 'friend', 1, now()
         from generate_series(0, ${friends - 1}) i`,
    `insert into links (workspace_id, member_id, channel_id, line_user_id, role, route, linked_at, created_at)
       select m.workspace_id, m.id, '${channelId}', u.id, 'member', 'import', now(), now()
         from (select workspace_id, id, row_number() over (order by id) as n from members) m
         join (select id, row_number() over (order by id) as n from line_users) u using (n)`,
    'vacuum analyze',
  ];
}
