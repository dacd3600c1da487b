import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { SystemClock } from '#kernel';
import { LineLoginClients } from '#line';
import { describeContract, validateRequest, validateResponse } from './openapi.js';

interface Sent {
  method: string;
  path: string;
  type: string | undefined;
  text: string;
}

/** What the calls that LINE's files describe are answered with. */
const answers: Record<string, object> = {
  '/oauth2/v3/token': { token_type: 'Bearer', access_token: 'own-token', expires_in: 899 },
  '/oauth2/v2.1/verify': { client_id: '1573163733', expires_in: 2_591_659, scope: 'profile' },
};

/** LINE's files describe few of LINE Login's endpoints; those we call are held against them. */
describeContract('What our LINE Login client sends', () => {
  let server: Server;
  let clients: LineLoginClients;
  const sent: Sent[] = [];

  beforeAll(async () => {
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const { method = '', url = '', headers } = request;
        const path = url.split('?')[0]!;
        sent.push({ method, path, type: headers['content-type'], text: Buffer.concat(chunks).toString('utf8') });
        if (path in answers) response.end(JSON.stringify(answers[path]));
        else response.end();
      });
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const { port } = server.address() as AddressInfo;
    const lineApiBaseUrl = `http://127.0.0.1:${port}`;
    const config = { lineApiBaseUrl, lineLoginBaseUrl: lineApiBaseUrl, lineTimeoutMs: 5_000 };
    clients = new LineLoginClients(config, new SystemClock());
  });

  afterAll(async () => {
    clients.onApplicationShutdown();
    await new Promise((resolve) => server.close(resolve));
  });

  const login = () => clients.channel({ channelId: '1573163733', channelSecret: 'a'.repeat(32) });
  const found = (path: string) => sent.find((request) => request.path === path)!;

  it('fits to get a stateless token, and so does what it understands of the answer', async () => {
    expect(await login().deauthorize('user-token')).toMatchObject({ kind: 'answered' });
    const { method, path, type, text } = found('/oauth2/v3/token');
    expect(type).toBe('application/x-www-form-urlencoded');
    expect(validateRequest(method, path, Object.fromEntries(new URLSearchParams(text)))).toEqual([]);
    expect(validateResponse(method, path, 200, answers[path])).toEqual([]);
    expect(validateRequest(method, path, { grant_type: 'client_credentials' })).not.toEqual([]);
  });

  it('fits to revoke a token', async () => {
    expect(await login().revoke('user-token')).toMatchObject({ kind: 'answered' });
    const { method, path, type, text } = found('/oauth2/v2.1/revoke');
    expect(type).toBe('application/x-www-form-urlencoded');
    expect(validateRequest(method, path, Object.fromEntries(new URLSearchParams(text)))).toEqual([]);
  });

  it('fits to ask whose a token is', async () => {
    const asked = await login().verifyAccessToken('user-token');
    expect(asked).toMatchObject({ kind: 'answered', value: { clientId: '1573163733', expiresIn: 2_591_659 } });
    const { method, path } = found('/oauth2/v2.1/verify');
    expect(validateRequest(method, path, undefined)).toEqual([]);
    expect(validateResponse(method, path, 200, answers[path])).toEqual([]);
  });
});
