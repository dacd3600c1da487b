import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pkceChallenge, VirtualClock } from '#kernel';
import { LineLoginClients, type LineLoginClient, type LoginTokens, type ReadOutcome } from '#line';
import { answersAt, loginChannel, LoginUnderTest } from '../../apps/line-emulator/testing/login-under-test.js';

const redirectUri = 'https://shop.example/p/line/connect/1/callback';
const codeVerifier = 'v'.repeat(43);
const nonce = 'nonce-of-this-login';
const DAY_MS = 24 * 60 * 60_000;

describe('Our LINE Login client, against the emulator', () => {
  const clock = new VirtualClock('2026-04-15T12:00:00+09:00');
  let emulator: LoginUnderTest;
  let clients: LineLoginClients;
  let login: LineLoginClient;

  beforeAll(async () => {
    emulator = await LoginUnderTest.start();
    await emulator.line.onChannel('POST /channels', { login: { redirectUris: [redirectUri] } });
    await emulator.line.control('POST /clock', { set: clock.now().toISOString(), frozen: true });
    const { url } = emulator.line;
    clients = new LineLoginClients({ lineApiBaseUrl: url, lineLoginBaseUrl: url, lineTimeoutMs: 5_000 }, clock);
    login = clients.channel(loginChannel);
  });

  afterAll(async () => {
    clients.onApplicationShutdown();
    await emulator.close();
  });

  async function advance(ms: number): Promise<void> {
    clock.advance(ms);
    await emulator.advance(ms);
  }

  /** A person goes through LINE's pages. @returns the query of the callback */
  async function goThrough(how: object = {}, nth = 0): Promise<Record<string, string>> {
    const codeChallenge = pkceChallenge(codeVerifier);
    const url = login.authorizeUrl({ redirectUri, state: 'st-1', nonce, codeChallenge });
    const { location } = await emulator.line.onChannel('POST /login', {
      userId: emulator.line.friend(nth),
      url,
      ...how,
    });
    return answersAt(String(location));
  }

  async function tokensOf(nth: number): Promise<LoginTokens> {
    const { code = '' } = await goThrough({}, nth);
    return valueOf(await login.exchange({ code, redirectUri, codeVerifier }));
  }

  it('gets from a person’s consent to who they are', async () => {
    const back = await goThrough();
    expect(back).toMatchObject({ state: 'st-1', code: expect.any(String) });
    const tokens = valueOf(await login.exchange({ code: back['code']!, redirectUri, codeVerifier }));
    expect(tokens.accessExpiresAt.getTime() - clock.now().getTime()).toBe(30 * DAY_MS);
    const expected = { nonce, flow: 'web' as const, now: clock.now() };
    const user = await login.verifyIdToken(tokens.idToken!, expected);
    expect(user).toMatchObject({ userId: emulator.line.friend(0), name: expect.any(String) });
    await expect(login.verifyIdToken(tokens.idToken!, { ...expected, nonce: 'x' })).rejects.toMatchObject({
      code: 'linking.id_token_refused',
    });
    await expect(login.verifyIdToken(tokens.idToken!, { ...expected, flow: 'liff' })).rejects.toMatchObject({
      extra: { details: { reason: 'it is signed in a way that this flow does not use' } },
    });
  });

  it('takes a code once, and not with another verifier', async () => {
    const { code = '' } = await goThrough();
    const good = { code, redirectUri, codeVerifier };
    expect(await login.exchange({ ...good, codeVerifier: 'w'.repeat(43) })).toMatchObject({ kind: 'refused' });
    const { code: other = '' } = await goThrough();
    expect(await login.exchange({ ...good, code: other })).toMatchObject({ kind: 'answered' });
    expect(await login.exchange({ ...good, code: other })).toMatchObject({ kind: 'refused', status: 400 });
  });

  it('is told where somebody cancels', async () => {
    expect(await goThrough({ cancel: true }, 9)).toMatchObject({ error: 'ACCESS_DENIED', state: 'st-1' });
  });

  it('sees who is a friend', async () => {
    const { accessToken } = await tokensOf(1);
    expect(valueOf(await login.friendship(accessToken))).toEqual({ friendFlag: true });
    const userIds = [emulator.line.friend(1)];
    await emulator.line.onChannel('POST /users/state', { userIds, state: 'blocked', webhook: false });
    expect(valueOf(await login.friendship(accessToken))).toEqual({ friendFlag: false });
    expect(await login.friendship('nobodys')).toMatchObject({ kind: 'unauthorized' });
  });

  it('refreshes for ninety days, and knows whose a token is', async () => {
    const { accessToken, refreshToken } = await tokensOf(2);
    expect(valueOf(await login.verifyAccessToken(accessToken))).toEqual({
      clientId: loginChannel.channelId,
      expiresIn: 30 * 24 * 60 * 60,
    });
    await advance(31 * DAY_MS);
    expect(await login.verifyAccessToken(accessToken)).toMatchObject({ kind: 'refused', status: 400 });
    const fresh = valueOf(await login.refresh(refreshToken));
    expect(valueOf(await login.verifyAccessToken(fresh.accessToken))).toMatchObject({ expiresIn: 30 * 24 * 60 * 60 });
    await advance(60 * DAY_MS);
    expect(await login.refresh(refreshToken)).toMatchObject({
      kind: 'refused',
      error: expect.stringMatching('invalid_grant'),
    });
  });

  it('revokes', async () => {
    const { accessToken } = await tokensOf(3);
    expect(await login.revoke(accessToken)).toMatchObject({ kind: 'answered', value: null });
    expect(await login.verifyAccessToken(accessToken)).toMatchObject({ kind: 'refused' });
  });

  it('takes a consent back, and again without harm', async () => {
    const { accessToken } = await tokensOf(4);
    const userId = emulator.line.friend(4);
    const consents = async () => {
      const query = `channelId=${emulator.line.channel.channelId}`;
      const { grants } = await emulator.line.control(`GET /login/grants?${query}`);
      const live = (grants as { userId: string; consented: boolean }[]).filter(({ consented }) => consented);
      return live.map((grant) => grant.userId);
    };
    expect(await consents()).toContain(userId);
    expect(await login.deauthorize(accessToken)).toMatchObject({ kind: 'answered', value: null });
    expect(await consents()).not.toContain(userId);
    expect(await login.deauthorize(accessToken)).toMatchObject({ kind: 'answered', value: null });
    await advance(DAY_MS);
    expect(await login.deauthorize((await tokensOf(5)).accessToken)).toMatchObject({ kind: 'answered' });
  });

  it('takes what LIFF gives to a page inside LINE', async () => {
    const userId = emulator.line.friend(6);
    const { idToken } = await emulator.line.onChannel('POST /login/liff-token', { userId, nonce });
    const expected = { nonce, flow: 'liff' as const, now: clock.now() };
    expect(await login.verifyIdToken(idToken, expected)).toMatchObject({ userId });
    await expect(login.verifyIdToken(idToken, { ...expected, flow: 'web' })).rejects.toMatchObject({ status: 400 });
  });

  it('is refused where the secret is another', async () => {
    const stranger = clients.channel({ ...loginChannel, channelSecret: 'f'.repeat(32) });
    const { code = '' } = await goThrough();
    const taken = await stranger.exchange({ code, redirectUri, codeVerifier });
    expect(['refused', 'unauthorized']).toContain(taken.kind);
    expect((await stranger.deauthorize('x')).kind).not.toBe('answered');
  });
});

function valueOf<T>(outcome: ReadOutcome<T>): T {
  if (outcome.kind !== 'answered') throw new Error(`It was ${JSON.stringify(outcome)}.`);
  return outcome.value;
}
