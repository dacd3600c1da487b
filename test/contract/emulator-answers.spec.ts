import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { EmulatorUnderTest } from '../../apps/line-emulator/testing/emulator-under-test.js';
import type { Reply } from '../../apps/line-emulator/testing/emulator-under-test.js';
import { WebhookReceiver } from '../../apps/line-emulator/testing/webhook-receiver.js';
import {
  deliveryEndpoints,
  endpoints,
  richMenuEndpoints,
  validateEndpoints,
} from '../../apps/line-emulator/limits/endpoints.js';
import { png, readyMenu, sampleMenu } from '../../apps/line-emulator/testing/rich-menu-samples.js';
import { describeContract, validateRequest, validateResponse } from './openapi.js';

const messages = [{ type: 'text', text: 'こんにちは' }];
const key = { 'x-line-retry-key': '123e4567-e89b-12d3-a456-426614174000' };
const nobody = `U${'f'.repeat(32)}`;

describeContract('What the emulator answers', () => {
  let line: EmulatorUnderTest;
  let bot: WebhookReceiver;

  beforeAll(async () => {
    bot = await new WebhookReceiver().start();
    line = await EmulatorUnderTest.start();
  });
  afterAll(async () => {
    await line.close();
    await bot.close();
  });

  /** Calls, and holds the answer against LINE's files. */
  async function call(methodAndPath: string, body?: unknown, headers?: Record<string, string>): Promise<Reply> {
    const [method = '', path = ''] = methodAndPath.split(' ');
    const reply = await line.api(methodAndPath, body, headers);
    expect({ methodAndPath, errors: validateResponse(method, path, reply.status, reply.body) }).toEqual({
      methodAndPath,
      errors: [],
    });
    expect(reply.headers.get('x-line-request-id')).toMatch(/^[0-9a-f-]{36}$/);
    return reply;
  }

  it('fits for every way of sending', async () => {
    const to = line.friend(0);
    const push = { to, messages, customAggregationUnits: ['summer'] };
    expect(validateRequest('POST', '/v2/bot/message/push', push)).toEqual([]);
    expect((await call('POST /v2/bot/message/push', push, key)).status).toBe(200);
    expect((await call('POST /v2/bot/message/push', push, key)).status).toBe(409);
    expect((await call('POST /v2/bot/message/multicast', { to: [to, nobody], messages })).status).toBe(200);
    expect((await call('POST /v2/bot/message/broadcast', { messages })).status).toBe(200);
    const narrowcast = await call('POST /v2/bot/message/narrowcast', { messages });
    expect(narrowcast.status).toBe(202);
    const requestId = narrowcast.headers.get('x-line-request-id') ?? '';
    const progress = await call(`GET /v2/bot/message/progress/narrowcast?requestId=${requestId}`);
    expect(progress.body).toMatchObject({ phase: 'succeeded', successCount: 10 });
    for (const { path } of validateEndpoints) expect((await call(`POST ${path}`, { messages })).status).toBe(200);
  });

  it('fits for a reply', async () => {
    const { replyToken } = await line.onChannel('POST /users/message', { userId: line.friend(1), text: 'はい' });
    expect((await call('POST /v2/bot/message/reply', { replyToken, messages })).status).toBe(200);
    expect((await call('POST /v2/bot/message/reply', { replyToken, messages })).status).toBe(400);
  });

  it('fits for every refusal', async () => {
    const refused: [number, string, unknown?, Record<string, string>?][] = [
      [401, 'GET /v2/bot/info', undefined, { authorization: 'Bearer wrong' }],
      [400, 'POST /v2/bot/message/push', { to: 'somebody', messages }],
      [400, 'POST /v2/bot/message/push', { to: line.friend(0), messages: [] }],
      [400, 'POST /v2/bot/message/push', '{"to":'],
      [400, 'POST /v2/bot/message/multicast', { to: [line.friend(0), 'x'], messages }],
      [404, `GET /v2/bot/profile/${nobody}`],
      [415, 'POST /v2/bot/message/push', 'x', { 'content-type': 'text/plain' }],
      [413, 'POST /v2/bot/message/push', { to: 'x'.repeat(2_200_000) }],
    ];
    for (const [status, ...request] of refused) expect((await call(...request)).status).toBe(status);
    for (const kind of ['429-rate', '429-monthly', '403', 'before500']) {
      await line.control('POST /faults', { kind, times: 1 });
      expect((await call('POST /v2/bot/message/push', { to: line.friend(0), messages })).status).toBeGreaterThan(400);
    }
  });

  it('fits for everything that can be asked about the account', async () => {
    await call('GET /v2/bot/info');
    await call(`GET /v2/bot/profile/${line.friend(2)}`);
    expect((await call('GET /v2/bot/followers/ids?limit=3')).body.next).toBeDefined();
    expect((await call('GET /v2/bot/message/quota')).body).toEqual({ type: 'none' });
    await line.onChannel('POST /channels', { quota: 1000 });
    expect((await call('GET /v2/bot/message/quota')).body).toEqual({ type: 'limited', value: 1000 });
    expect((await call('GET /v2/bot/message/quota/consumption')).body.totalUsage).toBeGreaterThan(0);
    for (const { path } of deliveryEndpoints) {
      for (const date of ['20180101', '20250101', '20990101']) await call(`GET ${path}?date=${date}`);
      expect((await call(`GET ${path}?date=20250230`)).status).toBe(400);
    }
    expect((await call('GET /v2/bot/message/aggregation/info')).body).toEqual({ numOfCustomAggregationUnits: 1 });
    expect((await call('GET /v2/bot/message/aggregation/list')).body).toEqual({ customAggregationUnits: ['summer'] });
    await call('POST /v2/bot/chat/loading/start', { chatId: line.friend(0), loadingSeconds: 5 });
    await call('POST /v2/bot/chat/markAsRead', { markAsReadToken: 'token' });
  });

  it('fits for statistics of aggregation units', async () => {
    const path = '/v2/bot/insight/message/event/aggregation?customAggregationUnit=summer';
    const users = { generate: { count: 20, seed: 3 } };
    const { first } = await line.onChannel('POST /users', users);
    const { userIds } = await line.control(`GET /users/ids?channelId=${line.channel.channelId}`);
    const people = (userIds as string[]).slice((userIds as string[]).indexOf(first));
    const multicast = { to: people, messages, customAggregationUnits: ['summer'] };
    await call('POST /v2/bot/message/multicast', multicast);
    await line.onChannel('POST /insight', { unit: 'summer', userIds: people });
    await line.onChannel('POST /insight', { unit: 'summer', userIds: people, url: 'https://shop.example/' });
    const day = (at: number) => new Date(at + 9 * 3_600_000).toISOString().slice(0, 10).replaceAll('-', '');
    const { now } = await line.control('GET /clock');
    const today = `${path}&from=${day(now)}&to=${day(now)}`;
    expect((await call(`GET ${today}`)).body).toMatchObject({ overview: { uniqueClick: null }, clicks: [] });
    await line.control('POST /clock', { advanceMs: 24 * 3_600_000 });
    expect((await call(`GET ${today}`)).body).toMatchObject({ overview: { uniqueClick: 20 }, clicks: [{ click: 20 }] });
    // LINE's reference shows this answer, and its file does not describe it.
    const wrong = await line.api(`GET ${path}&from=${day(now)}`);
    expect([wrong.status, wrong.body]).toEqual([400, { message: null, key: null, stacktrace: null, code: null }]);
  });

  it('fits for link tokens', async () => {
    expect((await call(`POST /v2/bot/user/${line.friend(2)}/linkToken`)).status).toBe(200);
    for (const [userId, status] of [
      [nobody, 404],
      ['x', 400],
    ] as const) {
      expect((await call(`POST /v2/bot/user/${userId}/linkToken`)).status).toBe(status);
    }
  });

  it('fits for channel tokens and what verifies them', async () => {
    const form = { 'content-type': 'application/x-www-form-urlencoded' };
    const { channelId, login } = await line.onChannel('POST /channels', { login: {} });
    const client = { client_id: login.channelId, client_secret: login.channelSecret };
    const fields = new URLSearchParams({ grant_type: 'client_credentials', ...client }).toString();
    expect((await call('POST /oauth2/v3/token', fields, form)).status).toBe(200);
    const { accessToken } = await line.control('POST /login/liff-token', { channelId, userId: line.friend(2) });
    expect((await call(`GET /oauth2/v2.1/verify?access_token=${accessToken}`)).status).toBe(200);
  });

  it('fits for the webhook address', async () => {
    const path = '/v2/bot/channel/webhook/endpoint';
    expect((await call(`GET ${path}`)).status).toBe(404);
    expect((await call(`PUT ${path}`, { endpoint: 'nowhere' })).status).toBe(400);
    expect((await call(`PUT ${path}`, { endpoint: bot.url })).status).toBe(200);
    expect((await call(`GET ${path}`)).body).toEqual({ endpoint: bot.url, active: true });
    expect((await call('POST /v2/bot/channel/webhook/test', {})).body).toMatchObject({
      success: true,
      statusCode: 200,
    });
    bot.status = 503;
    const failed = await call('POST /v2/bot/channel/webhook/test', {});
    expect(failed.body).toMatchObject({ success: false, reason: 'ERROR_STATUS_CODE', statusCode: 503 });
  });

  it('fits for rich menus and their images', async () => {
    const menu = '/v2/bot/richmenu';
    expect(validateRequest('POST', menu, sampleMenu())).toEqual([]);
    await call(`POST ${menu}/validate`, sampleMenu());
    expect((await call(`POST ${menu}`, sampleMenu({ name: '' }))).status).toBe(400);
    const richMenuId = String((await call(`POST ${menu}`, sampleMenu())).body.richMenuId);
    const content = `${menu}/${richMenuId}/content`;
    expect((await call(`POST ${content}`, png(), { 'content-type': 'image/png' })).status).toBe(200);
    expect((await call(`POST ${content}`, png(), { 'content-type': 'image/png' })).status).toBe(400);
    expect((await line.api(`GET ${content}`)).headers.get('content-type')).toBe('image/png');
    expect((await call(`GET ${menu}/list`)).body.richmenus).toHaveLength(1);
    await call(`GET ${menu}/${richMenuId}`);
    const all = '/v2/bot/user/all/richmenu';
    expect((await call(`GET ${all}`)).status).toBe(404);
    await call(`POST ${all}/${richMenuId}`);
    await call(`GET ${all}`);
    await call(`DELETE ${all}`);
    await call(`DELETE ${menu}/${richMenuId}`);
    expect((await call(`GET ${menu}/${richMenuId}`)).status).toBe(404);
  });

  it('fits for the rich menus of people', async () => {
    const [first, second] = [await readyMenu(line), await readyMenu(line)];
    const own = `/v2/bot/user/${line.friend(0)}/richmenu`;
    expect((await call(`GET ${own}`)).status).toBe(404);
    await call(`POST ${own}/${first}`);
    expect((await call(`GET ${own}`)).body).toEqual({ richMenuId: first });
    await call(`DELETE ${own}`);
    const bulk = '/v2/bot/richmenu/bulk';
    const link = { richMenuId: first, userIds: [line.friend(0)] };
    expect(validateRequest('POST', `${bulk}/link`, link)).toEqual([]);
    expect((await call(`POST ${bulk}/link`, link)).status).toBe(202);
    expect((await call(`POST ${bulk}/unlink`, { userIds: [line.friend(0)] })).status).toBe(202);
    expect((await call(`POST ${bulk}/unlink`, { userIds: ['x'] })).status).toBe(400);
    const batch = { operations: [{ type: 'link', from: first, to: second }], resumeRequestKey: 'a-1' };
    expect(validateRequest('POST', '/v2/bot/richmenu/batch', batch)).toEqual([]);
    await call('POST /v2/bot/richmenu/validate/batch', batch);
    const { headers } = await call('POST /v2/bot/richmenu/batch', batch);
    const progress = `/v2/bot/richmenu/progress/batch?requestId=${headers.get('x-line-request-id') ?? ''}`;
    expect((await call(`GET ${progress}`)).body.phase).toBe('ongoing');
    await line.control('POST /clock', { advanceMs: 2000 });
    expect((await call(`GET ${progress}`)).body.phase).toBe('succeeded');
  });

  it('fits for rich menu aliases', async () => {
    const richMenuId = await readyMenu(line);
    const alias = '/v2/bot/richmenu/alias';
    expect(validateRequest('POST', alias, { richMenuAliasId: 'a', richMenuId })).toEqual([]);
    await call(`POST ${alias}`, { richMenuAliasId: 'a', richMenuId });
    expect((await call(`POST ${alias}`, { richMenuAliasId: 'a', richMenuId })).status).toBe(400);
    await call(`POST ${alias}/a`, { richMenuId });
    await call(`GET ${alias}/a`);
    await call(`GET ${alias}/list`);
    await call(`DELETE ${alias}/a`);
    expect((await call(`GET ${alias}/a`)).status).toBe(404);
  });

  it('was looked at for every endpoint it serves', async () => {
    const served = [
      ...Object.values(endpoints),
      ...validateEndpoints,
      ...deliveryEndpoints,
      ...Object.values(richMenuEndpoints),
    ].map(({ name }) => name);
    const { endpoints: asked } = await line.control(`GET /requests?channelId=${line.channel.channelId}`);
    const names = new Set(asked.map(({ endpoint }: { endpoint: string }) => endpoint));
    expect(served.filter((name) => !names.has(name))).toEqual([]);
  });
});
