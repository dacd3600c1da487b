import { createHmac } from 'node:crypto';
import { CampaignsHttpModule, CampaignsJobsModule } from '#campaigns';
import { ChannelsHttpModule, ChannelsJobsModule } from '#channels';
import { DeliveryJobsModule } from '#delivery';
import { EventsHttpModule } from '#events';
import { LinkingHttpModule, LinkingJobsModule } from '#linking';
import { MembersHttpModule } from '#members';
import { SegmentsHttpModule } from '#segments';
import {
  createTestApp,
  drainJobs,
  type DrainOptions,
  type TestAnswer,
  type TestApp,
  type TestWorkspace,
} from '#testing';
import { startEmulator, type RunningEmulator } from '../../apps/line-emulator/emulator.js';

const TOKEN = 'campaign-token';
const CHANNEL_SECRET = 'a'.repeat(32);

/** The API and the handlers of a worker in one process, beside the stand-in LINE. */
export class CampaignTown {
  private constructor(
    readonly line: RunningEmulator,
    readonly app: TestApp,
  ) {}

  static async open(queue: { queueUrl?: string; queuePrefix?: string } = {}): Promise<CampaignTown> {
    const line = await startEmulator();
    const app = await createTestApp({
      imports: [
        ...[
          ChannelsHttpModule,
          MembersHttpModule,
          LinkingHttpModule,
          SegmentsHttpModule,
          CampaignsHttpModule,
          EventsHttpModule,
        ],
        ...[ChannelsJobsModule, LinkingJobsModule, DeliveryJobsModule, CampaignsJobsModule],
      ],
      config: { lineApiBaseUrl: line.url, lineTimeoutMs: 2_000, databasePoolSize: 10, ...queue },
    });
    return new CampaignTown(line, app);
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- read as JSON; expect() is there to find out what it is
  async control(method: string, path: string, body?: object): Promise<any> {
    const answer = await fetch(`${this.line.url}/_emulator/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return answer.json();
  }

  /** A workspace of its own with a channel and members `m0`…, each linked to a friend. */
  async shop(friends: number): Promise<CampaignShop> {
    const workspace = await this.app.workspace({ quietHours: null });
    const number = String(Math.floor(workspace.scope.clock.now().getTime() % 1e6)) + String((shops += 1));
    const account = { channelId: `20${number}`, channelSecret: CHANNEL_SECRET, accessToken: `${TOKEN}-${number}` };
    await this.control('POST', 'channels', { ...account, webhookActive: false });
    const shop = new CampaignShop(this, workspace, account.channelId);
    const { body } = await shop.post('/v1/channels', {
      name: 'Shop',
      lineChannelId: account.channelId,
      channelSecret: account.channelSecret,
      accessToken: account.accessToken,
    });
    shop.channelId = body.id;
    await shop.addFriends(friends);
    return shop;
  }

  async close(): Promise<void> {
    await this.app.close();
    await this.line.close();
  }
}

let shops = 0;

export function lineUserId(i: number): string {
  return `U${i.toString(16).padStart(32, '0')}`;
}

export class CampaignShop {
  channelId = '';

  constructor(
    private readonly town: CampaignTown,
    readonly workspace: TestWorkspace,
    private readonly lineChannelId: string,
  ) {}

  request(method: string, url: string, body?: unknown, headers?: Record<string, string>): Promise<TestAnswer> {
    return this.town.app.request(method, url, { body, key: this.workspace.key, headers });
  }

  get(url: string): Promise<TestAnswer> {
    return this.request('GET', url);
  }

  post(url: string, body?: unknown): Promise<TestAnswer> {
    return this.request('POST', url, body);
  }

  async addFriends(n: number): Promise<void> {
    const everyone = Array.from({ length: n }, (_, i) => i);
    const users = everyone.map((i) => ({ userId: lineUserId(i), state: 'friend' }));
    await this.town.control('POST', 'users', { channelId: this.lineChannelId, users });
    for (let from = 0; from < n; from += 1000) {
      const batch = everyone.slice(from, from + 1000);
      await this.post('/v1/members/batch', {
        members: batch.map((i) => ({
          externalId: `m${i}`,
          rank: i % 2 ? 'gold' : 'silver',
          attributes: { name: `名${i}` },
        })),
      });
      const links = batch.map((i) => ({ memberId: `m${i}`, lineUserId: lineUserId(i), friend: true }));
      await this.post('/v1/links/batch', { channelId: this.channelId, links });
    }
    await this.run();
  }

  /** These people block the account, and LINE says so. */
  async block(userIds: readonly string[]): Promise<void> {
    const timestamp = this.workspace.scope.clock.now().getTime();
    const events = userIds.map((userId, i) => ({
      ...{ type: 'unfollow', mode: 'active', timestamp, source: { type: 'user', userId } },
      ...{ webhookEventId: `01BLOCK${timestamp}X${i}`, deliveryContext: { isRedelivery: false } },
    }));
    const body = JSON.stringify({ destination: `U${'0'.repeat(32)}`, events });
    const signature = createHmac('sha256', CHANNEL_SECRET).update(body).digest('base64');
    const headers = { 'content-type': 'application/json', 'x-line-signature': signature };
    const url = `/webhooks/line/${this.channelId}`;
    const { statusCode } = await this.town.app.nest.inject({ method: 'POST', url, headers, payload: body });
    if (statusCode !== 200) throw new Error(`The webhook was answered with ${statusCode}.`);
    await this.run();
  }

  /** Changes the account at LINE. */
  async account(settings: object): Promise<void> {
    await this.town.control('POST', 'channels', { channelId: this.lineChannelId, ...settings });
  }

  draft(fields: object = {}): Promise<TestAnswer> {
    return this.post('/v1/campaigns', {
      name: 'Spring',
      channelId: this.channelId,
      rule: { kind: 'rank', in: ['gold'] },
      messages: [{ type: 'text', text: 'hello' }],
      ...fields,
    });
  }

  /** Everything that is due by now. */
  async run(options?: DrainOptions): Promise<void> {
    await drainJobs(this.town.app.nest, options);
  }

  /** People see messages of a unit, or open an address in them, and LINE's clock goes on to the shop's. */
  async interact(unit: string, people: readonly number[], url?: string): Promise<void> {
    const set = this.workspace.scope.clock.now().getTime();
    await this.town.control('POST', 'clock', { set, frozen: true });
    const userIds = people.map(lineUserId);
    await this.town.control('POST', 'insight', { channelId: this.lineChannelId, unit, userIds, url });
  }

  /** How often each person got something, of one aggregation unit or of all. */
  async received(unit?: string): Promise<Map<string, number>> {
    const path = `ledger/counts?channelId=${this.lineChannelId}${unit === undefined ? '' : `&unit=${unit}`}`;
    const { userIds, counts } = await this.town.control('GET', path);
    return new Map((userIds as string[]).map((userId, i) => [userId, counts[i] as number]));
  }

  async textsOf(i: number): Promise<string[]> {
    const path = `ledger?channelId=${this.lineChannelId}&userId=${lineUserId(i)}`;
    const { entries } = await this.town.control('GET', path);
    return (entries as { messages: { text: string }[] }[]).flatMap(({ messages }) => messages.map(({ text }) => text));
  }

  advance(milliseconds: number): void {
    this.workspace.scope.clock.advance(milliseconds);
  }
}
