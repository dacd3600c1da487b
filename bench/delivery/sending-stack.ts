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

/**
 * As the worker is started in production: young objects are many and die young, so there is no need to keep room for them;
 * and the old are collected whenever they are a fifth more, not when they have doubled, which keeps memory flat.
 */
const WORKER_FLAGS = ['--max-semi-space-size=4', '--heap-growing-percent=20'];

/** A workspace with one channel, its key, and the channel as LINE knows it. */
export interface Shop {
  key: string;
  channelId: string;
  line: { channelId: string; channelSecret: string; accessToken: string };
}

/** A request as the stand-in LINE accepted it. */
export interface LineRequest {
  requestId: string;
  /** Milliseconds since 1970. */
  at: number;
  endpoint: string;
  unit: string | null;
  messages: object[];
  addressed: number;
}

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

  /** Of the first shop. */
  get lineChannelId(): string {
    return accountOf(1).channelId;
  }

  get apiUrl(): string {
    return this.api.url;
  }

  /** Of the first shop. */
  get accessToken(): string {
    return accountOf(1).accessToken;
  }

  /** A shop whose members are all linked to friends. */
  async openShop(friends: number): Promise<Shop> {
    const [shop] = await this.openShops([friends]);
    return shop!;
  }

  /** The same, each a workspace of its own. */
  async openShops(friends: readonly number[]): Promise<Shop[]> {
    const shops: Shop[] = [];
    for (const count of friends) shops.push(await this.open(shops.length + 1, count));
    await this.asOwner((owner) => owner.query('vacuum analyze'));
    return shops;
  }

  private async open(nth: number, friends: number): Promise<Shop> {
    const line = accountOf(nth);
    await this.control('POST', 'channels', { ...line, quota: null });
    await this.control('POST', 'users', { channelId: line.channelId, generate: { count: friends, seed: nth } });
    const workspace = { name: `Bench ${nth}`, quietHours: null };
    const { apiKey } = await this.api.call<{ apiKey: string }>('POST', '/v1/workspaces', workspace, ADMIN_KEY);
    const { channelId: lineChannelId, channelSecret, accessToken } = line;
    const given = { name: 'Bench', lineChannelId, channelSecret, accessToken, verify: false };
    const { id: channelId } = await this.api.call<{ id: string }>('POST', '/v1/channels', given, apiKey);
    await this.asOwner(async (owner) => {
      for (const statement of people(channelId, nth, friends)) await owner.query(statement);
    });
    return { key: apiKey, channelId, line };
  }

  /** Schedules a campaign for now and waits until it is sent. */
  async send(shop: Shop, text: string): Promise<Sent> {
    const worker = await this.startWorker();
    try {
      const id = await this.draft(shop, text);
      const before = this.cpuSeconds(worker);
      const beganAt = Date.now();
      await this.schedule(shop, id);
      const rssMb: number[] = [];
      for (;;) {
        await new Promise((resolve) => setTimeout(resolve, 250));
        rssMb.push(worker.rssMb());
        if (await this.isSent(shop, id)) break;
      }
      const after = this.cpuSeconds(worker);
      const cpu = {
        worker: after.worker - before.worker,
        emulator: after.emulator - before.emulator,
        postgres: after.postgres - before.postgres,
      };
      const ledger = await this.ledgerOf(shop);
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

  /** A campaign to everybody. @returns its id */
  async draft({ key, channelId }: Shop, text: string): Promise<string> {
    const rule = { kind: 'rank', in: ['gold'] };
    const draft = { name: 'Bench', channelId, rule, unit: 'bench', messages: [{ type: 'text', text }] };
    return (await this.api.call<{ id: string }>('POST', '/v1/campaigns', draft, key)).id;
  }

  async schedule({ key }: Shop, campaignId: string): Promise<void> {
    await this.api.call('POST', `/v1/campaigns/${campaignId}/schedule`, {}, key);
  }

  /** @throws Error where it never will be */
  async isSent({ key }: Shop, campaignId: string): Promise<boolean> {
    const path = `/v1/campaigns/${campaignId}`;
    const { state } = await this.api.call<{ state: string }>('GET', path, undefined, key);
    if (state === 'failed' || state === 'paused') throw new Error(`The campaign is ${state}.`);
    return state === 'sent';
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

  /** What LINE has accepted on a channel, in the order of coming. */
  async requestsOn({ line: { channelId } }: Pick<Shop, 'line'>): Promise<LineRequest[]> {
    const all: LineRequest[] = [];
    for (let offset = 0; ; offset += 10_000) {
      const path = `ledger/requests?channelId=${channelId}&offset=${offset}&limit=10000`;
      const { requests } = await this.control<{ requests: LineRequest[] }>('GET', path);
      all.push(...requests);
      if (requests.length < 10_000) return all;
    }
  }

  /** What LINE saw of a shop's campaigns of the unit `bench`. */
  async ledgerOf(shop: Pick<Shop, 'line'>) {
    const { channelId } = shop.line;
    const acceptedAt = (await this.requestsOn(shop)).map(({ at }) => at);
    const { endpoints } = await this.control<{
      endpoints: { endpoint: string; rateLimited: number; peakPerSecond: number }[];
    }>('GET', `requests?channelId=${channelId}`);
    const sending = endpoints.filter(({ endpoint }) => endpoint === 'push' || endpoint === 'multicast');
    const { receivedOnce, receivedMore } = await this.control<{ receivedOnce: number; receivedMore: number }>(
      'GET',
      `ledger/summary?channelId=${channelId}&unit=bench`,
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

function accountOf(nth: number): Shop['line'] {
  return { channelId: String(1_000_000_000 + nth), channelSecret: 'a'.repeat(32), accessToken: `bench-token-${nth}` };
}

/** Members, LINE users and links as imports leave them; the ids are those of the emulator's generated people. */
function people(channelId: string, nth: number, friends: number): string[] {
  const workspace = `(select workspace_id from channels where id = '${channelId}')`;
  const prefix = `U${nth.toString(16).padStart(8, '0')}`;
  return [
    `insert into members (workspace_id, external_id, rank, linked, friend_state, profiled, created_at)
       select ${workspace}, 'm' || i, 'gold', true, 'friend', true, now() from generate_series(0, ${friends - 1}) i`,
    `insert into line_users (workspace_id, channel_id, user_id, friend_state, links_made, created_at)
       select ${workspace}, '${channelId}', '${prefix}' || lpad(to_hex(i), 24, '0'), 'friend', 1, now()
         from generate_series(0, ${friends - 1}) i`,
    `insert into links (workspace_id, member_id, channel_id, line_user_id, role, route, linked_at, created_at)
       select ${workspace}, m.id, '${channelId}', u.id, 'member', 'import', now(), now()
         from (select id, row_number() over (order by id) as n from members where workspace_id = ${workspace}) m
         join (select id, row_number() over (order by id) as n from line_users
                where workspace_id = ${workspace}) u using (n)`,
  ];
}
