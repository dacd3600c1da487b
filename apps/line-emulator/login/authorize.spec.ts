import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { answersAt, LoginUnderTest, pkce } from '../testing/login-under-test.js';
import type { Browser, Query, Seen } from '../testing/login-under-test.js';

let login: LoginUnderTest;

beforeEach(async () => {
  login = await LoginUnderTest.start();
});
afterEach(() => login.close());

describe('An authorisation URL', () => {
  const open = (change: Query) => login.browser().open(login.authorizeUrl(change));

  it.each([
    ['client_id', { client_id: '1' }],
    ['client_id', { client_id: undefined }],
    ['redirect_uri', { redirect_uri: undefined }],
    ['redirect_uri', { redirect_uri: 'https://elsewhere.example/back' }],
    ['redirect_uri', { redirect_uri: 'javascript:alert(1)' }],
    ['redirect_uri', { redirect_uri: 'http://localhost/back#part' }],
  ])('with a wrong %s ends on a page of LINE’s and is not redirected', async (parameter, change) => {
    const seen = await open(change);
    expect(seen).toMatchObject({ status: 400, location: null });
    expect(seen.markup).toContain(`Invalid ${parameter} value.`);
  });

  it.each<[string, Query]>([
    ['INVALID_REQUEST', { response_type: undefined }],
    ['UNSUPPORTED_RESPONSE_TYPE', { response_type: 'token' }],
    ['INVALID_REQUEST', { state: undefined }],
    ['INVALID_REQUEST', { state: 'a b' }],
    ['INVALID_REQUEST', { scope: undefined }],
    ['INVALID_SCOPE', { scope: 'email' }],
    ['INVALID_SCOPE', { scope: 'profile email' }],
    ['INVALID_SCOPE', { scope: 'openid friends' }],
    ['INVALID_REQUEST', { prompt: 'maybe' }],
    ['INVALID_REQUEST', { nonce: '' }],
    ['INVALID_REQUEST', { max_age: '-1' }],
    ['INVALID_REQUEST', { bot_prompt: 'pushy' }],
    ['INVALID_REQUEST', { disable_auto_login: 'yes' }],
    ['INVALID_REQUEST', { response_mode: 'form_post' }],
    ['INVALID_REQUEST', { code_challenge: pkce.challenge, code_challenge_method: 'plain' }],
    ['INVALID_REQUEST', { code_challenge: pkce.challenge }],
    ['INVALID_REQUEST', { code_challenge_method: 'S256' }],
    ['INVALID_REQUEST', { code_challenge: 'short', code_challenge_method: 'S256' }],
  ])('is answered with %s at the callback address: %j', async (error, change) => {
    const { status, location } = await open(change);
    expect(status).toBe(302);
    expect(location).toMatch(/^http:\/\/localhost\/back\?a=1&error=/);
    const { state } = { state: 'st-1', ...change };
    expect(answersAt(location ?? '')).toEqual({
      a: '1',
      error,
      error_description: expect.any(String),
      ...(state && { state }),
    });
  });

  it('given twice for one parameter is a mistake', async () => {
    const { location } = await login.browser().open(`${login.authorizeUrl()}&scope=openid`);
    expect(answersAt(location ?? '').error).toBe('INVALID_REQUEST');
  });

  it('must name a registered callback address letter by letter, with any further query', async () => {
    const redirectUris = ['https://shop.example/back', 'https://shop.example/other?x=1'];
    await login.line.onChannel('POST /channels', { login: { redirectUris } });
    const statuses = [
      'https://shop.example/back',
      'https://shop.example/back?further=1',
      'https://shop.example/other?x=1&y=2',
      'https://shop.example/back/',
      'https://shop.example/backdoor',
      'https://shop.example/other',
      'http://localhost/back',
    ].map(async (redirect_uri) => (await open({ redirect_uri })).status);
    expect(await Promise.all(statuses)).toEqual([200, 200, 200, 400, 400, 400, 400]);
  });
});

describe('A browser that signs in', () => {
  let browser: Browser;
  let url: string;

  beforeEach(() => {
    browser = login.browser();
    url = login.authorizeUrl();
  });

  const endOf = ({ location }: Seen) => {
    const { a, state, ...rest } = answersAt(location ?? '');
    expect({ a, state }).toEqual({ a: '1', state: 'st-1' });
    return rest;
  };
  const asFriend = async (i: number, target = url) => {
    const { channelId } = login.line.channel;
    const query = new URLSearchParams({ channelId, userId: login.line.friend(i), url: target });
    return browser.open(`${login.line.url}/_emulator/browse?${query.toString()}`);
  };
  const setState = (i: number, state: string) =>
    login.line.onChannel('POST /users/state', { userIds: [login.line.friend(i)], state, webhook: false });

  it('nobody knows picks a person, consents, and is sent back with a code', async () => {
    const signIn = await browser.open(url);
    expect(signIn).toMatchObject({ status: 200, location: null });
    expect(signIn.markup).toContain('<html lang="ja">');
    const consent = await browser.press(url, signIn, 'sign-in', { userId: login.line.friend(3) });
    expect(browser.cookie).toBe(`line_user=${login.line.channel.channelId}:${login.line.friend(3)}`);
    expect(consent.markup).toContain('メインプロフィール情報');
    const end = await browser.press(url, consent, 'consent');
    expect(end.status).toBe(302);
    const { code, ...rest } = endOf(end);
    expect(rest).toEqual({});
    expect((await login.exchange(code)).status).toBe(200);
  });

  it('is LINE’s own signs in without a word once it has consented', async () => {
    expect(await asFriend(0)).toMatchObject({ status: 302, location: url });
    const consent = await browser.open(url);
    endOf(await browser.press(url, consent, 'consent'));
    expect(endOf(await browser.open(url))).toEqual({ code: expect.any(String) });
  });

  it('is asked for consent again for more permissions, on request, and after a deauthorization', async () => {
    await asFriend(0);
    await login.logIn({ scope: 'profile' });
    expect((await browser.open(login.authorizeUrl({ scope: 'profile' }))).status).toBe(302);
    expect((await browser.open(login.authorizeUrl({ prompt: 'consent', scope: 'profile' }))).status).toBe(200);
    expect((await browser.open(url)).status).toBe(200);
    const { access_token } = await login.tokens();
    expect((await browser.open(url)).status).toBe(302);
    expect((await login.deauthorize(access_token)).status).toBe(204);
    expect((await browser.open(url)).markup).toContain('許可する');
  });

  it('may cancel, which is told', async () => {
    await asFriend(0);
    const end = await browser.press(url, await browser.open(url), 'cancel');
    expect(endOf(end)).toEqual({
      error: 'ACCESS_DENIED',
      error_description: 'The resource owner denied the request.',
    });
  });

  it.each([{ disable_auto_login: 'true' }, { prompt: 'login' }])('is asked who it is with %j', async (change) => {
    await login.logIn();
    url = login.authorizeUrl(change);
    await asFriend(0);
    const confirm = await browser.open(url);
    expect(confirm.markup).toContain('次のアカウントでログイン');
    const { code } = endOf(await browser.press(url, confirm, 'confirm'));
    const { body } = await login.exchange(code);
    expect(claimsOf(body.id_token).amr).toEqual(['linesso']);
    const list = await browser.press(url, confirm, 'switch');
    const other = await browser.press(url, list, 'sign-in', { userId: login.line.friend(1) });
    expect(other.markup).toContain('許可する');
    expect(browser.cookie).toContain(login.line.friend(1));
  });

  it('with prompt=none is never shown a screen', async () => {
    url = login.authorizeUrl({ prompt: 'none' });
    expect(endOf(await browser.open(url)).error).toBe('LOGIN_REQUIRED');
    await asFriend(0);
    expect(endOf(await browser.open(url)).error).toBe('INTERACTION_REQUIRED');
    await login.logIn();
    expect(endOf(await browser.open(url)).code).toBeDefined();
    url = login.authorizeUrl({ prompt: 'none', disable_auto_login: 'true' });
    expect(endOf(await browser.open(url)).error).toBe('INTERACTION_REQUIRED');
  });

  it.each([
    ['stranger', 'を友だち追加する', false],
    ['blocked', 'のブロックを解除する', true],
  ])('of a %s sees a box with bot_prompt=normal and becomes a friend by it', async (state, words, isUnblocked) => {
    url = login.authorizeUrl({ bot_prompt: 'normal' });
    await setState(0, state);
    await asFriend(0);
    const consent = await browser.open(url);
    expect(consent.markup).toContain(words);
    expect(endOf(await browser.press(url, consent, 'consent'))).toMatchObject({ friendship_status_changed: 'false' });
    expect(login.bot.events).toEqual([]);
    url = login.authorizeUrl({ bot_prompt: 'normal', prompt: 'consent' });
    const again = await browser.press(url, await browser.open(url), 'consent', { addFriend: 'true' });
    expect(endOf(again)).toMatchObject({ friendship_status_changed: 'true' });
    const source = { type: 'user', userId: login.line.friend(0) };
    expect(login.bot.events).toMatchObject([
      { type: 'follow', follow: { isUnblocked }, source, replyToken: expect.any(String) },
    ]);
    const { access_token } = await login.tokens();
    expect((await login.as(access_token, 'GET /friendship/v1/status')).body).toEqual({ friendFlag: true });
  });

  it.each([
    ['true', 'true', 1],
    ['false', 'false', 0],
  ])('with bot_prompt=aggressive gets one screen more; answered with %s', async (addFriend, changed, follows) => {
    url = login.authorizeUrl({ bot_prompt: 'aggressive' });
    await setState(0, 'stranger');
    await asFriend(0);
    const offer = await browser.press(url, await browser.open(url), 'consent');
    expect(offer.markup).toContain('友だちに追加しますか？');
    const end = await browser.press(url, offer, 'add-friend', { addFriend });
    expect(endOf(end)).toEqual({ code: expect.any(String), friendship_status_changed: changed });
    expect(login.bot.events).toHaveLength(follows);
  });

  it('is told nothing about friendship when no screen was shown, and false when they are friends already', async () => {
    url = login.authorizeUrl({ bot_prompt: 'aggressive' });
    await asFriend(0);
    const end = await browser.press(url, await browser.open(url), 'consent');
    expect(endOf(end).friendship_status_changed).toBe('false');
    await setState(0, 'blocked');
    expect(endOf(await browser.open(url))).toEqual({ code: expect.any(String) });
  });

  it('cannot be anybody who is gone or of another provider', async () => {
    await setState(0, 'deleted');
    await asFriend(0);
    const signIn = await browser.open(url);
    expect(signIn.markup).toContain('LINEにログイン');
    for (const userId of [login.line.friend(0), `U${'0'.repeat(32)}`]) {
      expect((await browser.press(url, signIn, 'sign-in', { userId })).status).toBe(400);
    }
  });

  it('of another channel’s person is nobody here', async () => {
    browser.cookie = `line_user=1600000000:${login.line.friend(0)}`;
    expect((await browser.open(url)).markup).toContain('LINEにログイン');
  });

  it('shows names as text', async () => {
    const userId = login.line.friend(0);
    await login.line.onChannel('POST /users', { users: [{ userId, displayName: '<b>"太郎"' }] });
    expect((await browser.open(url)).markup).toContain('&lt;b&gt;&quot;太郎&quot;');
  });

  it('leaves to no address but the web’s', async () => {
    expect((await asFriend(0, 'javascript:alert(1)')).status).toBe(400);
    expect((await asFriend(0, '//elsewhere.example')).status).toBe(400);
    expect((await asFriend(0, '/oauth2/x')).location).toBe('/oauth2/x');
  });
});

function claimsOf(idToken: string): { amr: string[] } {
  return JSON.parse(Buffer.from(idToken.split('.')[1] ?? '', 'base64url').toString()) as { amr: string[] };
}
