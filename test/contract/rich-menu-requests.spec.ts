import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, expect, it } from '@jest/globals';
import { LineClients, type RichMenuClient, type RichMenuRequest } from '#line';
import { describeContract, validateRequest, validateResponse } from './openapi.js';

const userId = `U${'0123456789abcdef'.repeat(2)}`;
const richMenuId = 'richmenu-0123456789abcdef0123456789abcdef';
const richMenuAliasId = 'ts-03h9tpiwutju59q00d0ezwn9w';
const menu: RichMenuRequest = {
  size: { width: 2500, height: 843 },
  selected: true,
  name: 'guest #tsunagi:1.2.3',
  chatBarText: 'メニュー',
  areas: [
    {
      bounds: { x: 0, y: 0, width: 1250, height: 843 },
      action: { type: 'uri', label: '店舗', uri: 'https://x.example/' },
    },
    {
      bounds: { x: 1250, y: 0, width: 1250, height: 843 },
      action: { type: 'richmenuswitch', richMenuAliasId, data: 'menu=tab' } as never,
    },
  ],
};
const alias = { richMenuAliasId, richMenuId };

interface Call {
  method: string;
  path: string;
  make: (client: RichMenuClient) => Promise<unknown>;
  body?: unknown;
  status?: number;
  answer?: object;
  value?: unknown;
}

const calls: Call[] = [
  {
    ...{ method: 'POST', path: '/v2/bot/richmenu', make: (client) => client.create(menu), body: menu },
    ...{ answer: { richMenuId }, value: { richMenuId } },
  },
  {
    ...{ method: 'GET', path: '/v2/bot/richmenu/list', make: (client) => client.list() },
    ...{ answer: { richmenus: [{ richMenuId, ...menu }] }, value: [{ richMenuId, ...menu }] },
  },
  { method: 'DELETE', path: `/v2/bot/richmenu/${richMenuId}`, make: (client) => client.delete(richMenuId) },
  { method: 'POST', path: `/v2/bot/user/all/richmenu/${richMenuId}`, make: (client) => client.setDefault(richMenuId) },
  {
    ...{ method: 'GET', path: '/v2/bot/user/all/richmenu', make: (client) => client.getDefault() },
    ...{ answer: { richMenuId }, value: { richMenuId } },
  },
  { method: 'DELETE', path: '/v2/bot/user/all/richmenu', make: (client) => client.clearDefault() },
  {
    ...{ method: 'POST', path: `/v2/bot/user/${userId}/richmenu/${richMenuId}` },
    make: (client) => client.link(userId, richMenuId),
  },
  {
    ...{ method: 'GET', path: `/v2/bot/user/${userId}/richmenu`, make: (client) => client.ofUser(userId) },
    ...{ answer: { richMenuId }, value: { richMenuId } },
  },
  { method: 'DELETE', path: `/v2/bot/user/${userId}/richmenu`, make: (client) => client.unlink(userId) },
  {
    ...{ method: 'POST', path: '/v2/bot/richmenu/bulk/link', status: 202, body: { userIds: [userId], richMenuId } },
    make: (client) => client.bulkLink([userId], richMenuId),
  },
  {
    ...{ method: 'POST', path: '/v2/bot/richmenu/bulk/unlink', status: 202, body: { userIds: [userId] } },
    make: (client) => client.bulkUnlink([userId]),
  },
  { method: 'POST', path: '/v2/bot/richmenu/alias', make: (client) => client.createAlias(alias), body: alias },
  {
    ...{ method: 'POST', path: `/v2/bot/richmenu/alias/${richMenuAliasId}`, body: { richMenuId } },
    make: (client) => client.updateAlias(alias),
  },
  {
    ...{ method: 'DELETE', path: `/v2/bot/richmenu/alias/${richMenuAliasId}` },
    make: (client) => client.deleteAlias(richMenuAliasId),
  },
  {
    ...{ method: 'GET', path: '/v2/bot/richmenu/alias/list', make: (client) => client.listAliases() },
    ...{ answer: { aliases: [alias] }, value: [alias] },
  },
];

interface Sent {
  method: string;
  path: string;
  headers: IncomingMessage['headers'];
  body: Buffer;
}

describeContract('What our client sends about rich menus', () => {
  const servers: Server[] = [];
  let clients: LineClients;
  let sent: Record<'api' | 'data', Sent[]>;
  let next: { status: number; body: object };

  async function listen(host: 'api' | 'data'): Promise<string> {
    const server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url: path = '', headers } = request;
        sent[host].push({ method, path, headers, body: Buffer.concat(chunks) });
        response.writeHead(next.status, { 'x-line-request-id': 'request-1' }).end(JSON.stringify(next.body));
      });
    });
    servers.push(server);
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  }

  beforeAll(async () => {
    const [lineApiBaseUrl, lineDataApiBaseUrl] = [await listen('api'), await listen('data')];
    clients = new LineClients({ lineApiBaseUrl, lineDataApiBaseUrl, lineTimeoutMs: 5_000 });
  });

  afterAll(async () => {
    clients.onApplicationShutdown();
    for (const server of servers) await new Promise((resolve) => server.close(resolve));
  });

  beforeEach(() => {
    sent = { api: [], data: [] };
    next = { status: 200, body: {} };
  });

  const client = () => clients.channel('channel-access-token').richMenus;

  it.each(calls)(
    'fits LINE’s files: $method $path',
    async ({ method, path, make, body, status = 200, answer = {}, value }) => {
      next = { status, body: answer };
      const outcome = await make(client());
      if (value === undefined) expect(outcome).toEqual({ kind: 'done', requestId: 'request-1' });
      else expect(outcome).toEqual({ kind: 'answered', requestId: 'request-1', value });
      const [request, ...others] = sent.api;
      expect([others, sent.data]).toEqual([[], []]);
      expect(request).toMatchObject({ method, path, headers: { authorization: 'Bearer channel-access-token' } });
      const text = request!.body.toString();
      const parsed: unknown = text === '' ? undefined : JSON.parse(text);
      expect(parsed).toEqual(body);
      expect(validateRequest(method, path, parsed)).toEqual([]);
      expect(validateResponse(method, path, status, answer)).toEqual([]);
      if (method !== 'GET') expect(request!.headers['content-length']).toMatch(/^\d+$/);
      expect(request!.headers['x-line-retry-key']).toBeUndefined();
    },
  );

  it('sends a picture to the data API, as its bytes and under its type', async () => {
    const bytes = Buffer.from([0x89, 0x50, 0, 255, 10, 13]);
    expect(await client().uploadImage(richMenuId, bytes, 'image/png')).toMatchObject({ kind: 'done' });
    const [request, ...others] = sent.data;
    expect([others, sent.api]).toEqual([[], []]);
    const path = `/v2/bot/richmenu/${richMenuId}/content`;
    expect(request).toMatchObject({
      ...{ method: 'POST', path },
      headers: { 'content-type': 'image/png', 'content-length': '6', authorization: 'Bearer channel-access-token' },
    });
    expect(request!.body.equals(bytes)).toBe(true);
    expect(validateResponse('POST', path, 200, {})).toEqual([]);
  });

  it('tells a menu that is gone from one that was never given', async () => {
    next = { status: 404, body: { message: 'the user has no richmenu', details: [] } };
    expect(await client().ofUser(userId)).toMatchObject({ kind: 'refused', status: 404 });
    expect(await client().delete(richMenuId)).toMatchObject({ kind: 'refused', status: 404 });
  });
});
