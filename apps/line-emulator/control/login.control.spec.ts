import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { loginChannel, LoginUnderTest } from '../testing/login-under-test.js';

let login: LoginUnderTest;
let directory: string;
let dataFile: string;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'emulator-'));
  dataFile = join(directory, 'line.jsonl');
  login = await LoginUnderTest.start({ dataFile });
});
afterEach(async () => {
  await login.close();
  rmSync(directory, { recursive: true });
});

const grants = () => login.line.control(`GET /login/grants?channelId=${login.line.channel.channelId}`);

describe('A Login channel', () => {
  it('is made up where nothing is given, kept when the channel changes, and can be taken away', async () => {
    const made = await login.line.control('POST /channels', { login: {} });
    expect(made.login).toEqual({
      channelId: expect.stringMatching(/^20\d{8}$/),
      channelSecret: expect.stringMatching(/^[0-9a-f]{32}$/),
      redirectUris: null,
    });
    const { channelId } = made;
    expect((await login.line.control('POST /channels', { channelId, displayName: 'x' })).login).toEqual(made.login);
    const redirectUris = ['https://shop.example/back'];
    const changed = await login.line.control('POST /channels', { channelId, login: { redirectUris } });
    expect(changed.login).toEqual({ ...made.login, redirectUris });
    expect(await login.line.control('POST /channels', { channelId, login: null })).not.toHaveProperty('login');
  });

  it('has an id of its own', async () => {
    const { channelId } = login.line.channel;
    const clash = { login: { channelId: loginChannel.channelId } };
    await expect(login.line.control('POST /channels', clash)).rejects.toThrow('belongs to another channel');
    await expect(login.line.control('POST /channels', { login: { channelId } })).rejects.toThrow('another channel');
    await expect(login.line.onChannel('POST /channels', { login: { channelId } })).rejects.toThrow('another channel');
  });
});

describe('Logging in without a browser', () => {
  it('answers where LINE would send the browser', async () => {
    expect(await login.logIn()).toEqual({ a: '1', code: expect.any(String), state: 'st-1' });
    const error = { error: 'ACCESS_DENIED' };
    expect(await login.logIn({ prompt: 'consent' }, { cancel: true })).toMatchObject(error);
    expect(await login.logIn({ prompt: 'consent' }, { consent: false })).toMatchObject(error);
    expect(await login.logIn({ scope: 'email' })).toMatchObject({ error: 'INVALID_SCOPE' });
  });

  it.each([
    [true, 'true', 'friend'],
    [false, 'false', 'stranger'],
    [undefined, 'false', 'stranger'],
  ])('with addFriend %s leaves the person a %s', async (addFriend, friendship_status_changed, state) => {
    const userId = login.line.friend(0);
    await login.line.onChannel('POST /users/state', { userIds: [userId], state: 'stranger', webhook: false });
    expect(await login.logIn({ bot_prompt: 'aggressive' }, { addFriend })).toMatchObject({ friendship_status_changed });
    const { users } = await login.line.control(`GET /users?channelId=${login.line.channel.channelId}&limit=1`);
    expect(users).toMatchObject([{ userId, state: friendship_status_changed === 'true' ? 'friend' : state }]);
  });

  it('says what is wrong with the request itself', async () => {
    const { channelId } = await login.line.control('POST /channels', { login: {} });
    const on = (body: object) => login.line.onChannel('POST /login', { userId: login.line.friend(0), ...body });
    await expect(login.logIn({ redirect_uri: 'https://elsewhere.example' })).rejects.toThrow('redirect_uri is wrong');
    await expect(login.logIn({ client_id: '1' })).rejects.toThrow('client_id is wrong');
    await expect(on({ url: 'nowhere' })).rejects.toThrow('400');
    await expect(on({ url: login.authorizeUrl(), userId: `U${'e'.repeat(32)}` })).rejects.toThrow('404');
    await login.line.control('POST /users', { channelId, users: [{ userId: login.line.friend(0) }] });
    await expect(on({ url: login.authorizeUrl(), channelId })).rejects.toThrow('another channel');
  });
});

describe('Consents and tokens', () => {
  it('can be asked for, with whether they were taken back', async () => {
    await login.tokens();
    const { access_token } = await login.tokens();
    const userId = login.line.friend(0);
    const consent = { userId, scopes: ['openid', 'profile'], consentedAt: expect.any(Number) };
    const live = { consented: true, deauthorized: false, deauthorizedAt: null, accessTokens: 2, refreshTokens: 2 };
    expect((await grants()).grants).toEqual([{ ...consent, ...live }]);
    await login.deauthorize(access_token);
    const dead = { consented: false, deauthorized: true, deauthorizedAt: expect.any(Number) };
    expect((await grants()).grants).toEqual([{ ...consent, ...dead, accessTokens: 0, refreshTokens: 0 }]);
    await login.tokens();
    expect((await grants()).grants).toEqual([{ ...consent, ...live, accessTokens: 1, refreshTokens: 1 }]);
  });

  it('withdrawn by the person in LINE die without a webhook', async () => {
    const { access_token, refresh_token } = await login.tokens();
    await login.line.onChannel('POST /login/withdraw', { userId: login.line.friend(0) });
    expect((await login.as(access_token, 'GET /v2/profile')).body).toEqual({ message: 'The access token revoked' });
    expect((await login.refresh(refresh_token)).status).toBe(400);
    expect(login.bot.events).toEqual([]);
  });

  it('outlive a restart, as do codes, link tokens and the signing key', async () => {
    const userId = login.line.friend(0);
    const { refresh_token, access_token } = await login.tokens();
    const gone = await login.tokens({}, { userId: login.line.friend(1) });
    await login.deauthorize(gone.access_token);
    const { code } = await login.logIn();
    const used = await login.logIn();
    await login.exchange(used.code);
    const { linkToken } = (await login.line.api(`POST /v2/bot/user/${userId}/linkToken`)).body;
    const { idToken } = await login.line.onChannel('POST /login/liff-token', { userId });
    const before = await grants();
    await login.restart(dataFile);
    expect(await grants()).toEqual(before);
    expect((await login.exchange(code)).status).toBe(200);
    expect((await login.exchange(used.code)).status).toBe(400);
    expect((await login.refresh(refresh_token)).status).toBe(200);
    expect((await login.as(access_token, 'GET /v2/profile')).status).toBe(200);
    expect((await login.deauthorize(gone.access_token)).status).toBe(400);
    const verified = await login.post('/oauth2/v2.1/verify', { id_token: idToken, client_id: loginChannel.channelId });
    expect(verified.status).toBe(200);
    const url = `http://line/dialog/bot/accountLink?linkToken=${linkToken}&nonce=${'n'.repeat(22)}`;
    expect(await login.line.control('POST /account-link', { userId, url })).toEqual({ page: 'done', result: 'ok' });
  });

  it('are forgotten by a reset that keeps the accounts', async () => {
    const { access_token } = await login.tokens();
    await login.line.control('POST /reset', { keep: 'accounts' });
    expect((await grants()).grants).toEqual([]);
    expect((await login.as(access_token, 'GET /v2/profile')).status).toBe(401);
    expect((await login.logIn()).code).toBeDefined();
  });
});

describe('Faults', () => {
  it.each<[string, () => Promise<{ status: number }>]>([
    ['linkToken', () => login.line.api(`POST /v2/bot/user/${login.line.friend(0)}/linkToken`)],
    ['login.token', () => login.exchange('x')],
    ['login.verify', () => login.line.api('GET /oauth2/v2.1/verify?access_token=x')],
    [
      'login.verifyIdToken',
      () => login.post('/oauth2/v2.1/verify', { id_token: 'x', client_id: loginChannel.channelId }),
    ],
    ['login.userinfo', () => login.line.api('GET /oauth2/v2.1/userinfo')],
    ['login.profile', () => login.line.api('GET /v2/profile')],
    ['login.friendship', () => login.line.api('GET /friendship/v1/status')],
    ['login.revoke', () => login.post('/oauth2/v2.1/revoke', {})],
    ['login.deauthorize', () => login.deauthorize('x', 'Bearer x')],
    ['login.stateless', () => login.post('/oauth2/v3/token', {})],
    ['login.certs', () => login.line.api('GET /oauth2/v2.1/certs')],
    ['login.discovery', () => login.line.api('GET /.well-known/openid-configuration')],
  ])('reach %s', async (endpoint, call) => {
    await login.line.control('POST /faults', { kind: 'before500', endpoint, times: 1 });
    expect((await call()).status).toBe(500);
    expect((await call()).status).not.toBe(500);
  });

  it('for a channel reach what is done for its people, and requests are counted there', async () => {
    const { channelId } = login.line.channel;
    const { access_token } = await login.tokens();
    const order = { kind: 'after500', endpoint: 'login.deauthorize', channelId, times: 1 };
    await login.line.control('POST /faults', order);
    expect((await login.deauthorize(access_token)).status).toBe(500);
    expect(await login.deauthorize(access_token)).toMatchObject({ status: 400, body: { message: 'invalid token' } });
    await login.line.control('POST /faults', { ...order, channelId: 'other', kind: 'before500' });
    expect((await login.deauthorize(access_token)).status).toBe(400);
    const { endpoints } = await login.line.control(`GET /requests?channelId=${channelId}`);
    const counted = endpoints.find((one: { endpoint: string }) => one.endpoint === 'login.deauthorize');
    expect(counted).toMatchObject({ total: 3, byStatus: { 500: 1, 400: 2 } });
  });
});
