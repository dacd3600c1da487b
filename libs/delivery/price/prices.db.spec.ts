import { createHmac } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChannelsHttpModule, ChannelsJobsModule } from '#channels';
import { newId } from '#kernel';
import { createTestApp, drainJobs, type TestApp, type TestWorkspace } from '#testing';
import { DeliveryHttpModule, DeliveryJobsModule } from '../delivery.module.js';
import { DeliveryStage, HELLO, PeopleModule } from '../testing/delivery-stage.js';
import { EmulatedLine } from '../testing/emulated-line.js';
import { Quotas } from '../quota/quotas.service.js';
import { Prices } from './prices.service.js';

const NOON = new Date('2026-04-15T12:00:00+09:00');

describe('quota and prices', () => {
  let line: EmulatedLine;
  let app: TestApp;
  let workspace: TestWorkspace;

  beforeAll(async () => {
    line = await EmulatedLine.start();
    const channels = [ChannelsHttpModule, ChannelsJobsModule];
    app = await createTestApp({
      imports: [...channels, DeliveryHttpModule, DeliveryJobsModule, PeopleModule],
      config: { lineApiBaseUrl: line.url, lineTimeoutMs: 2_000 },
    });
  }, 60_000);

  afterAll(async () => {
    await app.close();
    line.stop();
  });

  async function open(friends: number, quota: number | null) {
    // What another spec left to be sent would count on this one's account.
    await drainJobs(app.nest);
    app.scope.clock.set(NOON);
    const { scope, get } = app;
    const made = async () => (workspace = await app.workspace());
    const stage = await DeliveryStage.open({ scope, get, workspace: made }, line, friends);
    await line.open({ quota });
    return stage;
  }

  const quotaOf = ({ scope, channelId }: DeliveryStage, ask?: boolean) => app.get(Quotas).of(scope, channelId, { ask });
  const quote = ({ scope, channelId }: DeliveryStage, people: number, more: object = {}) =>
    app.get(Prices).quote(scope, { channelId, people, messages: 1, ...more });
  const plan = (stage: DeliveryStage, method: string, body?: object) =>
    app.request(method, `/v1/channels/${stage.channelId}/plan`, { body, key: workspace.key });

  it('count what LINE says is used and what our own sends will still need', async () => {
    const stage = await open(10, 1_000);
    expect(await quotaOf(stage)).toEqual({ limit: 1_000, used: 0, reserved: 0, left: 1_000, readAt: NOON });
    const id = await stage.planned(HELLO);
    expect(await quotaOf(stage)).toMatchObject({ used: 0, reserved: 10, left: 990 });
    await stage.sends.pause(stage.scope, id);
    expect(await quotaOf(stage)).toMatchObject({ reserved: 10 });
    await stage.sends.resume(stage.scope, id);
    await stage.drainToTheEnd(id);
    expect(await quotaOf(stage, true)).toMatchObject({ used: 10, reserved: 0, left: 990 });
    const cancelled = await stage.planned(HELLO);
    await stage.sends.cancel(stage.scope, cancelled);
    expect(await quotaOf(stage)).toMatchObject({ reserved: 0 });
  });

  it('ask LINE once a minute, and at once where they are told to', async () => {
    const stage = await open(0, 1_000);
    await quotaOf(stage);
    await line.open({ quota: 500 });
    app.scope.clock.advance(59_999);
    expect(await quotaOf(stage)).toMatchObject({ limit: 1_000, readAt: NOON });
    expect(await quotaOf(stage, true)).toMatchObject({ limit: 500 });
    await line.open({ quota: null });
    app.scope.clock.advance(60_000);
    expect(await quotaOf(stage)).toMatchObject({ limit: null, left: null });
  });

  it('take what LINE said last while it cannot be asked, but not from another month', async () => {
    const stage = await open(0, 1_000);
    await quotaOf(stage);
    await line.open({ accessToken: 'another' });
    app.scope.clock.advance(3_600_000);
    expect(await quotaOf(stage, true)).toMatchObject({ limit: 1_000, readAt: NOON });
    app.scope.clock.set('2026-04-30T23:59:59+09:00');
    expect(await quotaOf(stage)).toMatchObject({ limit: 1_000 });
    app.scope.clock.set('2026-05-01T00:00:00+09:00');
    expect(await quotaOf(stage)).toBeNull();
    expect(await quote(stage, 5)).toMatchObject({ people: 5, quota: null, short: 0, plan: null, cost: null });
  });

  it('say what people, quota and plan come to, after what is planned already', async () => {
    const stage = await open(10, 30_000);
    await stage.planned(HELLO);
    expect(await quote(stage, 29_990, { messages: 5 })).toEqual({
      people: 29_990,
      messages: 29_990,
      quota: { limit: 30_000, used: 0, reserved: 10, left: 29_990, readAt: NOON },
      short: 0,
      plan: { id: 'standard', from: 'quota' },
      cost: {
        extraMessages: 0,
        currency: 'JPY',
        amount: 0,
        tax: 0,
        total: 0,
        pricesFrom: '2023-06-01',
        estimate: false,
      },
      cheaper: [],
    });
    await line.open({ quota: 40_000 });
    app.scope.clock.advance(60_000);
    expect(await quote(stage, 45_000)).toMatchObject({
      short: 5_010,
      cost: { extraMessages: 10_000, amount: 30_000, tax: 3_000, total: 33_000 },
    });
  });

  it('know the plan by the quota, or by what somebody has said', async () => {
    const stage = await open(0, 200);
    expect(await quote(stage, 300)).toMatchObject({ short: 100, plan: { id: 'communication', from: 'quota' } });
    for (const [quota, id] of [
      [5_000, 'light'],
      [30_001, 'standard'],
    ] as const) {
      await line.open({ quota });
      app.scope.clock.advance(60_000);
      expect(await quote(stage, 1)).toMatchObject({ plan: { id } });
    }
    await line.open({ quota: 7_777 });
    app.scope.clock.advance(60_000);
    expect(await quote(stage, 8_000)).toMatchObject({ plan: null, cost: null, short: 223 });
    expect(await plan(stage, 'GET')).toMatchObject({ status: 404, body: { code: 'plan.not_found' } });
    const light = { plan: 'light', prices: null };
    expect(await plan(stage, 'PUT', { plan: 'light' })).toMatchObject({ status: 200, body: light });
    expect(await quote(stage, 8_000)).toMatchObject({ plan: { id: 'light', from: 'set' }, short: 3_000 });
    expect((await plan(stage, 'DELETE')).status).toBe(204);
    expect((await plan(stage, 'DELETE')).status).toBe(204);
    expect(await quote(stage, 8_000)).toMatchObject({ plan: null });
  });

  it('say so where LINE has changed its prices, unless the channel has its own', async () => {
    const stage = await open(0, 100_000);
    app.scope.clock.set('2026-10-01T00:00:00+09:00');
    expect(await quote(stage, 30_010)).toMatchObject({ cost: { amount: 30, estimate: true } });
    const prices = [{ upTo: 5, yen: 2.5 }, { yen: 1 }];
    const own = { plan: 'standard', prices: [prices[0], { upTo: null, yen: 1 }] };
    expect((await plan(stage, 'PUT', { plan: 'standard', prices })).body).toEqual(own);
    expect((await plan(stage, 'GET')).body).toEqual(own);
    expect(await quote(stage, 30_010)).toMatchObject({
      cost: { amount: 17, tax: 1, total: 18, pricesFrom: null, estimate: false },
    });
  });

  it.each([
    [{ plan: 'free' }, '/plan'],
    [{ plan: 'light', prices: [{ yen: 1 }] }, '/prices'],
    [{ plan: 'standard', prices: [] }, '/prices'],
    [{ plan: 'standard', prices: [{ yen: 1.25 }] }, '/prices/0/yen'],
    [{ plan: 'standard', prices: [{ yen: -1 }] }, '/prices/0/yen'],
    [{ plan: 'standard', prices: [{ upTo: 10, yen: 1 }] }, '/prices/0/upTo'],
    [{ plan: 'standard', prices: [{ yen: 2 }, { yen: 1 }] }, '/prices/0/upTo'],
    [{ plan: 'standard', prices: [{ upTo: 9, yen: 3 }, { upTo: 9, yen: 2 }, { yen: 1 }] }, '/prices/1/upTo'],
  ])('refuse %j as a plan', async (body, path) => {
    const stage = await open(0, 1_000);
    expect(await plan(stage, 'PUT', body)).toMatchObject({ status: 400, body: { errors: [{ path }] } });
    expect((await plan(stage, 'GET')).status).toBe(404);
  });

  it('name what would cost less: one request for two sends, and answers to those who have just written', async () => {
    const stage = await open(5, 40_000);
    const now = app.scope.clock.now().getTime();
    const [a, b, c, d] = stage.people.map(({ userId }) => userId);
    const write = (userId: string, ageMs: number, more: object = {}) => {
      const message = { id: '1', type: 'text', text: '"userId":"U00000000000000000000000000000000"' };
      return { userId, ageMs, event: { type: 'message', replyToken: 'r', message, ...more } };
    };
    const written = [
      write(a!, 0),
      write(a!, 10_000),
      write(b!, 59_999),
      write(c!, 60_000),
      write(d!, 0, { type: 'follow' }),
      write(d!, 1, { replyToken: undefined }),
      write(d!, 2, { source: { type: 'group', groupId: `C${'0'.repeat(32)}`, userId: d } }),
    ].map(({ userId, ageMs, event }, n) => ({
      timestamp: now - ageMs,
      webhookEventId: `e${n}`,
      mode: 'active',
      deliveryContext: { isRedelivery: false },
      source: { type: 'user', userId },
      ...event,
    }));
    await receive(stage, written);
    const alongside = [
      { id: 'fits', people: 20, messages: 4 },
      { id: 'too long', people: 100, messages: 5 },
      { id: 'nobody', people: 0, messages: 1 },
      { id: 'more than all', people: 50_000, messages: 1 },
    ];
    expect((await quote(stage, 30_010, { alongside })).cheaper).toEqual([
      { kind: 'merge', with: 'more than all', people: 30_010, saves: 33 },
      { kind: 'merge', with: 'fits', people: 20, saves: 33 },
      { kind: 'reply', people: 2, saves: 7 },
    ]);
    expect((await quote(stage, 1)).cheaper).toEqual([{ kind: 'reply', people: 1, saves: 0 }]);
  });

  it('are of channels of one’s own', async () => {
    const { scope } = await open(0, null);
    const request = { channelId: newId(), people: 1, messages: 1 };
    await expect(app.get(Prices).quote(scope, request)).rejects.toMatchObject({ status: 404 });
  });

  /** As LINE sends it, read until it is stored. */
  async function receive({ channelId }: DeliveryStage, events: object[]): Promise<void> {
    const body = JSON.stringify({ destination: `U${'0'.repeat(32)}`, events });
    const signature = createHmac('sha256', 'a'.repeat(32)).update(body).digest('base64');
    const headers = { 'x-line-signature': signature, 'content-type': 'application/json' };
    const { status } = await app.request('POST', `/webhooks/line/${channelId}`, { key: null, body, headers });
    expect(status).toBe(200);
    await drainJobs(app.nest);
  }
});
