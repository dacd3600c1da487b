import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { AutomationsHttpModule, AutomationsJobsModule } from '#automations';
import { ChannelsHttpModule, ChannelsJobsModule, LineUsers } from '#channels';
import { DeliveryJobsModule } from '#delivery';
import { EventsHttpModule } from '#events';
import { LinkingHttpModule, LinkingJobsModule } from '#linking';
import { MembersHttpModule } from '#members';
import { SegmentsHttpModule, SegmentsJobsModule } from '#segments';
import { createTestApp, drainJobs, type TestApp, type TestWorkspace } from '#testing';
import { startEmulator, type RunningEmulator } from '../../apps/line-emulator/emulator.js';
import { lineUserId } from './campaign-shop.js';

const HOUR = 3_600_000;
const LINE_CHANNEL = '2001';

/** A shop with friends `m0`…, spoken to by HTTP, a worker beside it, and LINE. */
describe('journeys', () => {
  let line: RunningEmulator;
  let app: TestApp;
  let shop: TestWorkspace;
  let channelId: string;
  let posted = 0;

  beforeAll(async () => {
    line = await startEmulator();
    app = await createTestApp({
      imports: [
        ...[ChannelsHttpModule, MembersHttpModule, LinkingHttpModule, EventsHttpModule, SegmentsHttpModule],
        ...[ChannelsJobsModule, LinkingJobsModule, SegmentsJobsModule, DeliveryJobsModule],
        ...[AutomationsHttpModule, AutomationsJobsModule],
      ],
      config: { lineApiBaseUrl: line.url, lineTimeoutMs: 2_000, databasePoolSize: 10 },
    });
    shop = app;
    const account = { channelSecret: 'a'.repeat(32), accessToken: 'journeys-token' };
    await control('POST', 'channels', { ...account, channelId: LINE_CHANNEL, webhookActive: false });
    channelId = (await post('/v1/channels', { ...account, name: 'Shop', lineChannelId: LINE_CHANNEL })).id;
    const people = [0, 1, 2, 3].map((i) => ({ userId: lineUserId(i), state: 'friend' }));
    await control('POST', 'users', { channelId: LINE_CHANNEL, users: people });
    await post('/v1/members/batch', { members: people.map((_, i) => ({ externalId: `m${i}` })) });
    const links = people.map(({ userId }, i) => ({ memberId: `m${i}`, lineUserId: userId, friend: true }));
    await post('/v1/links/batch', { channelId, links });
    await drainJobs(app.nest);
  }, 60_000);

  afterAll(async () => {
    await app.close();
    await line.close();
  });

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- read as JSON; expect() is there to find out what it is
  async function control(method: string, path: string, body?: object): Promise<any> {
    const answer = await fetch(`${line.url}/_emulator/${path}`, {
      method,
      ...(body && { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } }),
    });
    return answer.json();
  }

  // eslint-disable-next-line @typescript-eslint/no-explicit-any -- as above
  async function request(method: string, url: string, body?: object): Promise<any> {
    const answer = await app.request(method, url, { body, key: shop.key });
    if (answer.status >= 300) throw new Error(`${method} ${url}: ${JSON.stringify(answer.body)}`);
    return answer.body;
  }
  const post = (url: string, body?: object) => request('POST', url, body);

  async function happens(...events: object[]): Promise<void> {
    const occurredAt = shop.scope.clock.now().toISOString();
    await post('/v1/events', { events: events.map((event) => ({ id: `e${(posted += 1)}`, occurredAt, ...event })) });
    await drainJobs(app.nest);
  }

  /** Schedules come by the clock too: what is due is found by them. */
  async function pass(milliseconds: number): Promise<void> {
    await drainJobs(app.nest, { schedules: true });
    shop.scope.clock.advance(milliseconds);
    await drainJobs(app.nest, { schedules: true });
  }

  async function messagesOf(i: number): Promise<unknown[]> {
    const { entries } = await control('GET', `ledger?channelId=${LINE_CHANNEL}&userId=${lineUserId(i)}`);
    return (entries as { messages: unknown[] }[]).flatMap(({ messages }) => messages);
  }

  const item = (name: string, unitPrice: number) => ({ productId: name, name, quantity: 1, unitPrice });

  it('remind of a cart an hour later, with what is in it, but nobody who has bought', async () => {
    const bubble = {
      type: 'bubble',
      body: {
        type: 'box',
        layout: 'vertical',
        contents: [{ type: 'text', text: '{{item.name | fallback: "商品"}} {{item.unitPrice}}円' }],
      },
    };
    const contents = { type: 'carousel', contents: [{ forEach: 'event.items', max: 10, item: bubble }] };
    const definition = {
      channelId,
      start: { on: 'event', event: 'cart', where: [{ field: 'items', exists: true }] },
      reentry: { key: ['cartId'] },
      steps: [
        { id: 'wait', kind: 'wait', for: { hours: 1 } },
        { id: 'remind', kind: 'send', messages: [{ type: 'flex', altText: 'カート', contents }] },
      ],
      cancel: [{ event: 'purchase', where: [{ field: 'lines.productId', sharedWithStart: 'items.productId' }] }],
    };
    const { id } = await post('/v1/journeys', { name: 'Carts', definition });
    await post(`/v1/journeys/${id}/activate`);
    await happens(
      ...[0, 1, 2].map((i) => ({ type: 'cart', memberId: `m${i}`, cartId: `c${i}`, items: [item('茶', 500)] })),
      { type: 'cart', memberId: 'm3', cartId: 'c3', items: [item('茶', 500), item('皿', 1200)] },
    );
    shop.scope.clock.advance(HOUR / 2);
    const lines = [{ productId: '茶', quantity: 1, unitPrice: 500 }];
    await happens({ type: 'purchase', memberId: 'm1', orderId: 'o1', total: 500, lines });
    expect(await messagesOf(0)).toEqual([]);
    await pass(HOUR / 2 + 1_000);
    await pass(HOUR);

    const textsOf = async (i: number) => JSON.stringify(await messagesOf(i)).match(/[^"]*円/g) ?? [];
    expect(await textsOf(0)).toEqual(['茶 500円']);
    expect(await textsOf(1)).toEqual([]);
    expect(await textsOf(2)).toEqual(['茶 500円']);
    expect(await textsOf(3)).toEqual(['茶 500円', '皿 1200円']);

    const why = async (i: number) =>
      (await request('GET', `/v1/members/m${i}/journeys`)).items[0].decisions.map(
        ({ step, decision }: { step: string; decision: string }) => `${step} ${decision}`,
      );
    expect(await why(0)).toEqual(['start started', 'wait waiting', 'wait woke', 'remind sent', 'remind done']);
    expect(await why(1)).toEqual(['start started', 'wait waiting', 'cancel cancelled']);
  });

  it('greet a new friend who is not linked, and remind them until they are', async () => {
    const definition = {
      channelId,
      start: { on: 'friend', linked: false },
      steps: [
        { id: 'greet', kind: 'send', messages: [{ type: 'text', text: 'ようこそ' }] },
        { id: 'wait', kind: 'wait', for: { days: 3 } },
        { id: 'remind', kind: 'send', messages: [{ type: 'text', text: '会員証と連携しませんか' }] },
      ],
      cancel: [{ change: 'linked' }],
    };
    const { id } = await post('/v1/journeys', { name: 'Welcome', definition });
    await post(`/v1/journeys/${id}/activate`);
    const strangers = [10, 11].map(lineUserId);
    const users = strangers.map((userId) => ({ userId, state: 'friend' }));
    await control('POST', 'users', { channelId: LINE_CHANNEL, users });
    const people = app.get(LineUsers);
    const ids = await people.ensure(shop.scope, channelId, strangers);
    const at = shop.scope.clock.now();
    const words = [...ids.values()].map((lineUserId) => ({ lineUserId, friendState: 'friend' as const, at }));
    await people.hear(shop.scope, channelId, words);
    await drainJobs(app.nest);
    shop.scope.clock.advance(HOUR);
    await request('PUT', '/v1/members/new', {});
    await post('/v1/links/batch', { channelId, links: [{ memberId: 'new', lineUserId: strangers[0], friend: true }] });
    await drainJobs(app.nest);
    for (let day = 0; day < 4; day++) await pass(24 * HOUR);
    const textsOf = async (i: number) => (await messagesOf(i)).map((message) => (message as { text: string }).text);
    expect(await textsOf(10)).toEqual(['ようこそ']);
    expect(await textsOf(11)).toEqual(['ようこそ', '会員証と連携しませんか']);
  });
});
