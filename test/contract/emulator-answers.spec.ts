import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { EmulatorUnderTest } from '../../apps/line-emulator/testing/emulator-under-test.js';
import type { Reply } from '../../apps/line-emulator/testing/emulator-under-test.js';
import { WebhookReceiver } from '../../apps/line-emulator/testing/webhook-receiver.js';
import { endpoints, deliveryEndpoints, validateEndpoints } from '../../apps/line-emulator/limits/endpoints.js';
import { describeContract, validateRequest, validateResponse } from './openapi.js';

const messages = [{ type: 'text', text: 'こんにちは' }];
const key = { 'x-line-retry-key': '123e4567-e89b-12d3-a456-426614174000' };
const nobody = `U${'f'.repeat(32)}`;

describeContract('What the emulator answers', () => {
  let line: EmulatorUnderTest;
  let bot: WebhookReceiver;
  const asked = new Set<string>();

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
    asked.add(`${method} ${path.split('?')[0] ?? ''}`);
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

  it('was looked at for every endpoint it serves', () => {
    const served = [...Object.values(endpoints), ...validateEndpoints, ...deliveryEndpoints];
    const paths = served.map(({ method, path }) => `${method} ${path.replace(':userId', line.friend(2))}`);
    expect(paths.filter((path) => !asked.has(path))).toEqual([]);
  });
});
