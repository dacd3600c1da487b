import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT } from 'jose';
import { VirtualClock } from '#kernel';
import { LineLoginClients } from './line-login-clients.js';

const channel = { channelId: '1234567890', channelSecret: 's'.repeat(32) };
const credentials = `client_id=${channel.channelId}&client_secret=${channel.channelSecret}`;
const userId = `U${'0123456789abcdef'.repeat(2)}`;

interface Asked {
  line: string;
  headers: IncomingHttpHeaders;
  body: string;
}

type Answer = [status: number, body?: object | string] | 'cut';

describe('LineLoginClients', () => {
  let server: Server;
  let clients: LineLoginClients;
  let clock: VirtualClock;
  let asked: Asked[];
  let answer: (line: string) => Answer;

  beforeEach(async () => {
    asked = [];
    clock = new VirtualClock('2026-04-15T12:00:00+09:00');
    server = createServer((request, response) => {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        const line = `${request.method} ${request.url}`;
        asked.push({ line, headers: request.headers, body: Buffer.concat(chunks).toString() });
        const given = answer(line);
        if (given === 'cut') return request.socket.destroy();
        const [status, body = ''] = given;
        response.setHeader('x-line-request-id', 'id-1').writeHead(status);
        return response.end(typeof body === 'string' ? body : JSON.stringify(body));
      });
    }).listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const lineApiBaseUrl = `http://127.0.0.1:${port}`;
    clients = new LineLoginClients(
      { lineApiBaseUrl, lineLoginBaseUrl: 'https://access.line.me', lineTimeoutMs: 2_000 },
      clock,
    );
  });

  afterEach(async () => {
    clients.onApplicationShutdown();
    await new Promise((resolve) => server.close(resolve));
  });

  const login = () => clients.channel(channel);
  const lines = () => asked.map(({ line }) => line);

  it('sends the browser to LINE with everything that ties the answer to it', () => {
    const request = {
      redirectUri: 'https://shop.example/p/line/connect/1/callback',
      state: 'st-1',
      nonce: 'no-1',
      codeChallenge: 'ch-1',
    };
    expect(login().authorizeUrl(request)).toBe(
      'https://access.line.me/oauth2/v2.1/authorize?response_type=code&client_id=1234567890' +
        '&redirect_uri=https%3A%2F%2Fshop.example%2Fp%2Fline%2Fconnect%2F1%2Fcallback&state=st-1' +
        '&scope=openid%20profile&nonce=no-1&code_challenge=ch-1&code_challenge_method=S256&bot_prompt=aggressive',
    );
    const again = login().authorizeUrl({
      ...request,
      botPrompt: 'normal',
      uiLocales: 'ja en',
      disableAutoLogin: true,
      scope: 'openid',
    });
    expect(again).toContain('&bot_prompt=normal&ui_locales=ja%20en&disable_auto_login=true');
    expect(again).toContain('&scope=openid&');
  });

  it('takes tokens for a code, and counts their life from when they were asked for', async () => {
    const tokens = { access_token: 'at', refresh_token: 'rt', expires_in: 2_592_000, id_token: 'it', scope: 'openid' };
    answer = () => [200, tokens];
    const taken = await login().exchange({ code: 'c&1', redirectUri: 'https://x.example/cb', codeVerifier: 'v' });
    expect(taken).toEqual({
      kind: 'answered',
      requestId: 'id-1',
      value: {
        accessToken: 'at',
        refreshToken: 'rt',
        idToken: 'it',
        accessExpiresAt: new Date('2026-05-15T12:00:00+09:00'),
      },
    });
    const [{ line, headers, body }] = asked as [Asked];
    expect(line).toBe('POST /oauth2/v2.1/token');
    expect(headers).toMatchObject({ 'content-type': 'application/x-www-form-urlencoded' });
    expect(headers.authorization).toBeUndefined();
    expect(body).toBe(
      'grant_type=authorization_code&code=c%261&redirect_uri=https%3A%2F%2Fx.example%2Fcb&code_verifier=v&' +
        credentials,
    );
  });

  it('refreshes, and says so where LINE does not any more', async () => {
    answer = () => [200, { access_token: 'at2', refresh_token: 'rt', expires_in: 60 }];
    expect(await login().refresh('rt')).toMatchObject({ kind: 'answered', value: { accessToken: 'at2' } });
    expect(asked[0]!.body).toBe(`grant_type=refresh_token&refresh_token=rt&${credentials}`);
    answer = () => [400, { error: 'invalid_grant', error_description: 'invalid refresh token' }];
    expect(await login().refresh('rt')).toMatchObject({
      kind: 'refused',
      status: 400,
      error: 'status 400: invalid_grant: invalid refresh token',
    });
  });

  it('does not take for tokens what are none', async () => {
    for (const body of ['<html>', '', 'null', { access_token: 'at' }, { access_token: 1, refresh_token: 'r' }]) {
      answer = () => [200, body];
      expect(await login().refresh('rt')).toMatchObject({ kind: 'unknown' });
    }
  });

  it('repeats nothing of a gateway’s page', async () => {
    answer = () => [400, '<html>client_secret=…</html>'];
    expect(await login().refresh('rt')).toMatchObject({ kind: 'refused', error: 'status 400' });
  });

  it('does not know what became of a call that was cut, failed or limited', async () => {
    answer = () => 'cut';
    expect(await login().revoke('at')).toMatchObject({ kind: 'unknown', error: expect.stringContaining('ECONNRESET') });
    answer = () => [500, {}];
    expect(await login().revoke('at')).toMatchObject({ kind: 'unknown', requestId: 'id-1', error: 'status 500' });
    answer = () => [429, {}];
    expect(await login().revoke('at')).toEqual({ kind: 'rate-limited', requestId: 'id-1' });
  });

  it('asks whether the person is a friend, in the person’s name', async () => {
    answer = () => [200, { friendFlag: true }];
    expect(await login().friendship('at')).toMatchObject({ kind: 'answered', value: { friendFlag: true } });
    expect(asked).toMatchObject([{ line: 'GET /friendship/v1/status', headers: { authorization: 'Bearer at' } }]);
    answer = () => [401, { message: 'invalid token' }];
    expect(await login().friendship('at')).toMatchObject({ kind: 'unauthorized', status: 401 });
  });

  it('asks whose an access token is', async () => {
    answer = () => [200, { scope: 'profile', client_id: '1234567890', expires_in: 5 }];
    const asking = await login().verifyAccessToken('a/t');
    expect(asking).toMatchObject({ kind: 'answered', value: { clientId: '1234567890', expiresIn: 5 } });
    expect(lines()).toEqual(['GET /oauth2/v2.1/verify?access_token=a%2Ft']);
  });

  it('revokes', async () => {
    answer = () => [200];
    expect(await login().revoke('at')).toMatchObject({ kind: 'answered', value: null });
    expect(asked).toMatchObject([{ line: 'POST /oauth2/v2.1/revoke', body: `access_token=at&${credentials}` }]);
  });

  describe('to take back a consent', () => {
    const own = 'POST /oauth2/v3/token';
    const take = 'POST /user/v1/deauthorize';
    let issued: number;

    beforeEach(() => {
      issued = 0;
      answer = (line) => (line === own ? [200, { access_token: `own-${++issued}`, expires_in: 900 }] : [204]);
    });

    it('speaks as the channel, with a token that is kept for twelve minutes', async () => {
      expect(await login().deauthorize('at')).toMatchObject({ kind: 'answered', value: null });
      clock.advance(12 * 60_000 - 1);
      await login().deauthorize('at2');
      expect(lines()).toEqual([own, take, take]);
      expect(asked[0]!.body).toBe(`grant_type=client_credentials&${credentials}`);
      expect(asked[1]).toMatchObject({
        headers: { authorization: 'Bearer own-1', 'content-type': 'application/json' },
        body: '{"userAccessToken":"at"}',
      });
      clock.advance(1);
      await login().deauthorize('at3');
      expect(asked.at(-1)!.headers.authorization).toBe('Bearer own-2');
    });

    it('asks for one token though many are taken back at once', async () => {
      await Promise.all(Array.from({ length: 20 }, (_, n) => login().deauthorize(`at${n}`)));
      expect(lines().filter((line) => line === own)).toHaveLength(1);
    });

    it('takes “invalid token” for done', async () => {
      answer = (line) => (line === own ? [200, { access_token: 'own' }] : [400, { message: 'invalid token' }]);
      expect(await login().deauthorize('at')).toMatchObject({ kind: 'answered', value: null });
      answer = () => [400, { message: 'the request body is empty' }];
      expect(await login().deauthorize('at')).toMatchObject({ kind: 'refused', status: 400 });
    });

    it('tries once more with a new token where LINE does not take the kept one', async () => {
      answer = (line) => {
        if (line === own) return [200, { access_token: `own-${++issued}` }];
        return asked.at(-1)!.headers.authorization === 'Bearer own-1' ? [401, {}] : [204];
      };
      expect(await login().deauthorize('at')).toMatchObject({ kind: 'answered' });
      answer = (line) => (line === own ? [200, { access_token: 'own' }] : [401, {}]);
      asked = [];
      clock.advance(3_600_000);
      expect(await login().deauthorize('at')).toMatchObject({ kind: 'unauthorized' });
      expect(lines()).toEqual([own, take, own, take]);
    });

    it('says so where the channel gets no token', async () => {
      answer = () => [400, { error: 'invalid_client' }];
      expect(await login().deauthorize('at')).toMatchObject({ kind: 'refused', error: 'status 400: invalid_client' });
      expect(new Set(lines())).toEqual(new Set([own]));
    });
  });

  describe('LINE’s keys for LIFF', () => {
    const certs = 'GET /oauth2/v2.1/certs';
    const nonce = 'n';

    async function signer(kid: string) {
      const pair = await generateKeyPair('ES256', { extractable: true });
      const jwk = { ...(await exportJWK(pair.publicKey)), kid, alg: 'ES256', use: 'sig' };
      const token = () => {
        const at = clock.now().getTime() / 1_000;
        const claims = {
          iss: 'https://access.line.me',
          sub: userId,
          aud: channel.channelId,
          iat: at,
          exp: at + 60,
          nonce,
        };
        return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid }).sign(pair.privateKey);
      };
      return { jwk, token };
    }

    const verify = async (token: Promise<string>) =>
      login().verifyIdToken(await token, { nonce, flow: 'liff', now: clock.now() });

    it('are read once, and again when a token names a new one', async () => {
      const [first, second] = [await signer('k1'), await signer('k2')];
      answer = () => [200, { keys: [first.jwk] }];
      await Promise.all([verify(first.token()), verify(first.token()), verify(first.token())]);
      expect(lines()).toEqual([certs]);
      answer = () => [200, { keys: [first.jwk, second.jwk] }];
      clock.advance(60_000);
      expect(await verify(second.token())).toEqual({ userId });
      expect(await verify(first.token())).toEqual({ userId });
      expect(lines()).toEqual([certs, certs]);
    });

    it('are asked for at most once a minute, whatever keys tokens name', async () => {
      const [known, stranger] = [await signer('k1'), await signer('k2')];
      answer = () => [200, { keys: [known.jwk] }];
      await verify(known.token());
      for (let i = 0; i < 20; i++) {
        await expect(verify(stranger.token())).rejects.toMatchObject({ code: 'linking.id_token_refused' });
      }
      expect(lines()).toHaveLength(1);
      clock.advance(60_000);
      await expect(verify(stranger.token())).rejects.toMatchObject({ code: 'linking.id_token_refused' });
      expect(lines()).toHaveLength(2);
    });

    it('that LINE has withdrawn are believed for an hour, those it cannot confirm go on', async () => {
      const key = await signer('k1');
      answer = () => [200, { keys: [key.jwk] }];
      await verify(key.token());
      clock.advance(3_600_000);
      answer = () => [500];
      expect(await verify(key.token())).toEqual({ userId });
      clock.advance(60_000);
      answer = () => [200, { keys: [{ ...key.jwk, kid: 'k9' }] }];
      await expect(verify(key.token())).rejects.toMatchObject({ code: 'linking.id_token_refused' });
    });

    it('are missed aloud', async () => {
      answer = () => 'cut';
      const key = await signer('k1');
      await expect(verify(key.token())).rejects.toMatchObject({ code: 'linking.line_unreachable', status: 503 });
    });
  });

  it('keeps one client a channel, and forgets the oldest of very many', () => {
    const first = login();
    expect(login()).toBe(first);
    expect(clients.channel({ ...channel, channelSecret: 'new' })).not.toBe(first);
    for (let i = 0; i < 1_000; i++) clients.channel({ channelId: `${i}`, channelSecret: 's' });
    expect(login()).not.toBe(first);
  });
});
