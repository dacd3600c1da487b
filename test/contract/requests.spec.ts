import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { LINE_LIMITS, LineClients, type LineMessage } from '#line';
import { messageSamples } from '../../apps/line-emulator/testing/message-samples.js';
import { describeContract, validateRequest, validateResponse } from './openapi.js';

interface Sent {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: unknown;
}

const retryKey = '123e4567-e89b-12d3-a456-426614174000';
const userId = `U${'0123456789abcdef'.repeat(2)}`;
const messages: LineMessage[] = [{ type: 'text', text: 'こんにちは 😀' }];

/** What each call of ours is answered with; held against LINE's files as well, so that the stand-in stays honest. */
const unitPath = '/v2/bot/insight/message/event/aggregation?customAggregationUnit=summer&from=20260415&to=20260515';
const answers: Record<string, object> = {
  [unitPath]: { overview: { uniqueImpression: 40, uniqueClick: null }, messages: [{ seq: 1 }], clicks: [] },
  '/v2/bot/message/push': { sentMessages: [{ id: '461230966842064897', quoteToken: 'IStG5h1Tz7b' }] },
  '/v2/bot/info': { userId, basicId: '@abc', displayName: 'Shop', chatMode: 'bot', markAsReadMode: 'auto' },
  '/v2/bot/message/quota': { type: 'limited', value: 1000 },
  '/v2/bot/message/quota/consumption': { totalUsage: 500 },
  '/v2/bot/message/reply': { sentMessages: [{ id: '461230966842064898' }] },
  [`/v2/bot/user/${userId}/linkToken`]: { linkToken: 'NMZTNuVrPTqlr2IF8Bnymkb7rXfYv5EY' },
  [`/v2/bot/profile/${userId}`]: { displayName: '花子', userId },
};

describeContract('What our LINE client sends', () => {
  let server: Server;
  let clients: LineClients;
  let sent: Sent[];

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request;
        const text = Buffer.concat(chunks).toString('utf8');
        sent.push({ method, path, headers, body: text === '' ? undefined : JSON.parse(text) });
        response.setHeader('x-line-request-id', 'request-1').end(JSON.stringify(answers[path] ?? {}));
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    clients = new LineClients({ lineApiBaseUrl: `http://127.0.0.1:${port}`, lineTimeoutMs: 5_000 });
  });

  afterAll(async () => {
    clients.onApplicationShutdown();
    await new Promise((resolve) => server.close(resolve));
  });

  beforeEach(() => {
    sent = [];
  });

  const line = () => clients.channel('channel-access-token');

  /** The one request that was sent, found right by LINE's files. */
  function theOnlyRequest(): Sent {
    const [request, ...others] = sent;
    expect(others).toEqual([]);
    const { method, path, headers, body } = request!;
    expect(validateRequest(method, path, body)).toEqual([]);
    expect(validateResponse(method, path, 200, answers[path] ?? {})).toEqual([]);
    expect(headers.authorization).toBe('Bearer channel-access-token');
    // LINE answers 415 to anything else, and 411 where the length is missing.
    if (method === 'POST' && body !== undefined) expect(headers['content-type']).toMatch(/^application\/json/);
    if (method === 'POST') expect(headers['content-length']).toMatch(/^\d+$/);
    return request!;
  }

  it.each(Object.entries(messageSamples))('fits for a push of %s', async (_name, sample) => {
    const request = { to: userId, messages: [sample as LineMessage], customAggregationUnits: ['summer_sale'] };
    expect(await line().push(request, retryKey)).toEqual({ kind: 'accepted', requestId: 'request-1', before: false });
    expect(theOnlyRequest()).toMatchObject({ method: 'POST', path: '/v2/bot/message/push', body: request });
  });

  it('fits for a multicast to as many as LINE takes', async () => {
    const to = Array.from(
      { length: LINE_LIMITS.multicastRecipients },
      (_, n) => `U${n.toString(16).padStart(32, '0')}`,
    );
    const request = { to, messages, notificationDisabled: true, customAggregationUnits: ['summer_sale'] };
    expect(await line().multicast(request, retryKey)).toMatchObject({ kind: 'accepted' });
    expect(theOnlyRequest()).toMatchObject({ method: 'POST', path: '/v2/bot/message/multicast', body: request });
  });

  it('carries the retry key on push and multicast, and on nothing else, where LINE would refuse it', async () => {
    await line().push({ to: userId, messages }, retryKey);
    await line().multicast({ to: [userId], messages }, retryKey);
    await line().reply('nHuyWiB7yP5Zw52FIkcQobQuGDXCTA', messages);
    await line().validate('push', messages);
    await line().botInfo();
    const keys = sent.map(({ headers }) => headers['x-line-retry-key']);
    expect(keys).toEqual([retryKey, retryKey, undefined, undefined, undefined]);
  });

  it.each(['push', 'multicast'] as const)('fits for the validation of a %s', async (kind) => {
    expect(await line().validate(kind, messages)).toEqual({ ok: true });
    expect(theOnlyRequest()).toMatchObject({ path: `/v2/bot/message/validate/${kind}`, body: { messages } });
  });

  it('fits for a reply', async () => {
    const request = { replyToken: 'nHuyWiB7yP5Zw52FIkcQobQuGDXCTA', messages };
    const outcome = await line().reply(request.replyToken, messages);
    expect(outcome).toEqual({ kind: 'accepted', requestId: 'request-1', before: false });
    expect(theOnlyRequest()).toMatchObject({ path: '/v2/bot/message/reply', body: request });
  });

  it('fits for a link token, which is asked for without a body', async () => {
    const path = `/v2/bot/user/${userId}/linkToken`;
    expect(await line().issueLinkToken(userId)).toMatchObject({ kind: 'answered', value: answers[path] });
    expect(theOnlyRequest()).toMatchObject({ method: 'POST', path, body: undefined });
    expect(sent[0]!.headers['content-length']).toBe('0');
  });

  it('fits for every question', async () => {
    const questions = {
      '/v2/bot/info': () => line().botInfo(),
      '/v2/bot/message/quota': () => line().quota(),
      '/v2/bot/message/quota/consumption': () => line().quotaConsumption(),
      [`/v2/bot/profile/${userId}`]: () => line().profile(userId),
      [unitPath]: () => line().insight.ofUnit({ unit: 'summer', from: '20260415', to: '20260515' }),
    };
    for (const [path, ask] of Object.entries(questions)) {
      sent = [];
      expect(await ask()).toEqual({ kind: 'answered', requestId: 'request-1', value: answers[path] });
      expect(theOnlyRequest()).toMatchObject({ method: 'GET', path, body: undefined });
    }
  });
});
