import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { LineClients } from './line-clients.js';

const RETRY_KEY = '123e4567-e89b-12d3-a456-426614174000';
const TO = `U${'0'.repeat(32)}`;

describe('LineClients', () => {
  const servers: Server[] = [];
  const opened: LineClients[] = [];

  afterEach(async () => {
    for (const clients of opened.splice(0)) clients.onApplicationShutdown();
    for (const server of servers.splice(0)) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  });

  async function against(answer: RequestListener, path = '', timeoutMs = 5_000): Promise<LineClients> {
    const server = createServer(answer).listen(0, '127.0.0.1');
    servers.push(server);
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const clients = new LineClients({
      lineApiBaseUrl: `http://127.0.0.1:${port}${path}`,
      lineTimeoutMs: timeoutMs,
    });
    opened.push(clients);
    return clients;
  }

  async function bodyOf(request: IncomingMessage): Promise<string> {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks).toString();
  }

  it('sends a push with the token, the retry key and the exact body, and reports the request id', async () => {
    const seen: unknown[] = [];
    const clients = await against((request, response) => {
      void bodyOf(request).then((body) => {
        const { authorization, 'x-line-retry-key': key, 'content-type': type } = request.headers;
        seen.push({ method: request.method, url: request.url, authorization, key, type, body: JSON.parse(body) });
        response.setHeader('x-line-request-id', 'id-1').end('{"sentMessages":[{"id":"1"}]}');
      });
    });
    const body = { to: TO, messages: [{ type: 'text' as const, text: 'こんにちは 😀' }] };
    const outcome = await clients.channel('secret-token').push(body, RETRY_KEY);
    expect(outcome).toEqual({ kind: 'accepted', requestId: 'id-1', before: false });
    expect(seen).toEqual([
      {
        method: 'POST',
        url: '/v2/bot/message/push',
        authorization: 'Bearer secret-token',
        key: RETRY_KEY,
        type: 'application/json',
        body,
      },
    ]);
  });

  it('keeps a path that the base address brings, with or without a slash at its end', async () => {
    for (const path of ['/stand-in', '/stand-in/']) {
      const clients = await against((request, response) => response.end(JSON.stringify({ type: request.url })), path);
      const quota = await clients.channel('t').quota();
      expect(quota).toMatchObject({ kind: 'answered', value: { type: '/stand-in/v2/bot/message/quota' } });
    }
  });

  it('gives up at the deadline, frees the socket, and does not know what became of it', async () => {
    let freed: Promise<unknown> | undefined;
    const clients = await against((request) => void (freed = once(request.socket, 'close')), '', 50);
    const outcome = await clients.channel('t').push({ to: TO, messages: [] }, RETRY_KEY);
    expect(outcome).toEqual({ kind: 'unknown', error: 'no answer within 50 ms' });
    await freed;
  });

  it('holds the deadline over an answer that starts and never ends', async () => {
    const clients = await against((_request, response) => response.writeHead(200).write('{'), '', 50);
    expect(await clients.channel('t').botInfo()).toMatchObject({ kind: 'unknown' });
  });

  it('does not know what became of a request whose connection was cut or refused', async () => {
    const clients = await against((request) => request.socket.destroy());
    const cut = await clients.channel('t').multicast({ to: [TO], messages: [] }, RETRY_KEY);
    expect(cut).toMatchObject({ kind: 'unknown', error: expect.stringContaining('ECONNRESET') });
    const nowhere = new LineClients({ lineApiBaseUrl: 'http://127.0.0.1:1', lineTimeoutMs: 1_000 });
    opened.push(nowhere);
    const refused = await nowhere.channel('t').multicast({ to: [TO], messages: [] }, RETRY_KEY);
    expect(refused).toMatchObject({ kind: 'unknown', error: expect.stringContaining('ECONNREFUSED') });
  });

  it('uses a connection again', async () => {
    const ports = new Set<number | undefined>();
    const clients = await against((request, response) => {
      ports.add(request.socket.remotePort);
      response.end('{}');
    });
    for (let i = 0; i < 5; i++) await clients.channel(`token ${i}`).quotaConsumption();
    expect(ports.size).toBe(1);
  });

  it('keeps one client per token, and forgets the oldest of very many', async () => {
    const clients = await against((_request, response) => response.end('{}'));
    const first = clients.channel('first');
    expect(clients.channel('first')).toBe(first);
    for (let i = 0; i < 1_000; i++) clients.channel(`token ${i}`);
    expect(clients.channel('first')).not.toBe(first);
  });

  it('refuses to make a path out of a user id that climbs', async () => {
    const urls: (string | undefined)[] = [];
    const clients = await against((request, response) => {
      urls.push(request.url);
      response.end('{}');
    });
    await expect(clients.channel('t').profile('..')).rejects.toThrow('path traversal');
    expect(await clients.channel('t').profile('../../x')).toMatchObject({ kind: 'answered' });
    expect(urls).toEqual(['/v2/bot/profile/..%2F..%2Fx']);
  });
});
