import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { LoginUnderTest } from '../testing/login-under-test.js';

const nonce = 'n'.repeat(22);

let login: LoginUnderTest;

beforeEach(async () => {
  login = await LoginUnderTest.start();
});
afterEach(() => login.close());

const issue = (userId = login.line.friend(0)) => login.line.api(`POST /v2/bot/user/${userId}/linkToken`);
const tokenOf = async () => String((await issue()).body.linkToken);
const dialogOf = (linkToken: string, given = nonce) =>
  `${login.line.url}/dialog/bot/accountLink?${new URLSearchParams({ linkToken, nonce: given }).toString()}`;
const opened = (url: string, userId = login.line.friend(0)) =>
  login.line.control('POST /account-link', { userId, url });

describe('A link token', () => {
  it('is issued without a body, to friends only', async () => {
    expect(await issue()).toMatchObject({ status: 200, body: { linkToken: expect.stringMatching(/^[\w-]{32}$/) } });
    expect((await issue('somebody')).status).toBe(400);
    expect(await issue(`U${'f'.repeat(32)}`)).toMatchObject({ status: 404, body: { message: 'Not found' } });
    for (const state of ['blocked', 'stranger', 'deleted']) {
      await login.line.onChannel('POST /users/state', { userIds: [login.line.friend(0)], state, webhook: false });
      expect((await issue()).status).toBe(404);
    }
  });

  it('lives ten minutes', async () => {
    const [first, second] = [await tokenOf(), await tokenOf()];
    await login.advance(10 * 60_000 - 1);
    expect(await opened(dialogOf(first))).toEqual({ page: 'done', result: 'ok' });
    await login.advance(1);
    expect(await opened(dialogOf(second))).toEqual({ page: 'error' });
    expect(login.bot.events).toHaveLength(1);
  });

  it('is good for one of ten who come at once', async () => {
    const url = dialogOf(await tokenOf());
    const results = await Promise.all(Array.from({ length: 10 }, () => opened(url)));
    expect(results.filter(({ page }) => page === 'done')).toHaveLength(1);
    expect(results.filter(({ page }) => page === 'error')).toHaveLength(9);
    expect(login.bot.events).toHaveLength(1);
  });

  it.each([
    [9, 'error'],
    [10, 'done'],
    [255, 'done'],
    [256, 'error'],
  ])('with a nonce of %i characters leads to: %s', async (length, page) => {
    const token = await tokenOf();
    expect((await opened(dialogOf(token, 'n'.repeat(length)))).page).toBe(page);
    expect((await opened(dialogOf(token))).page).toBe(page === 'done' ? 'error' : 'done');
  });
});

describe('The account-link dialog', () => {
  const browse = (userId: string) => {
    const { channelId } = login.line.channel;
    const url = `/_emulator/browse?${new URLSearchParams({ channelId, userId, url: '/' }).toString()}`;
    return login.line.url + url;
  };

  it('opened by the person it is for tells the account who it was, with the nonce', async () => {
    const browser = login.browser();
    await browser.open(browse(login.line.friend(0)));
    const seen = await browser.open(dialogOf(await tokenOf()));
    expect(seen).toMatchObject({ status: 200, location: null });
    expect(seen.markup).toContain('アカウントを連携しました');
    const source = { type: 'user', userId: login.line.friend(0) };
    const [event] = login.bot.events;
    expect(event).toMatchObject({ type: 'accountLink', link: { result: 'ok', nonce }, source });
    const reply = { replyToken: event?.['replyToken'], messages: [{ type: 'text', text: '連携しました' }] };
    expect((await login.line.api('POST /v2/bot/message/reply', reply)).status).toBe(200);
  });

  it('opened by somebody else tells the failure, but not who it was, and uses the token up', async () => {
    const browser = login.browser();
    await browser.open(browse(login.line.friend(1)));
    const url = dialogOf(await tokenOf());
    const seen = await browser.open(url);
    expect(seen.status).toBe(400);
    expect(seen.markup).toContain('アカウントを連携できませんでした');
    const [event] = login.bot.events;
    expect(event).toMatchObject({ type: 'accountLink', link: { result: 'failed', nonce } });
    expect(event).not.toHaveProperty('source');
    expect(event).not.toHaveProperty('replyToken');
    expect(await opened(url)).toEqual({ page: 'error' });
    expect(login.bot.events).toHaveLength(1);
  });

  it('shows an error page for a token that is used or unknown, and the account hears nothing', async () => {
    const url = dialogOf(await tokenOf());
    await opened(url);
    for (const address of [url, dialogOf('unknown'), `${login.line.url}/dialog/bot/accountLink`]) {
      const seen = await login.browser().open(address);
      expect(seen.status).toBe(400);
      expect(seen.markup).toContain('エラーが発生しました');
    }
    expect(login.bot.events).toHaveLength(1);
  });

  it('asks a browser that belongs to nobody who it is', async () => {
    const browser = login.browser();
    const url = dialogOf(await tokenOf());
    const signIn = await browser.open(url);
    expect(signIn.markup).toContain('LINEにログイン');
    expect(login.bot.events).toEqual([]);
    expect((await browser.press(url, signIn, 'sign-in', { userId: 'nobody' })).status).toBe(400);
    const sent = await browser.press(url, signIn, 'sign-in', { userId: login.line.friend(0) });
    expect(sent.status).toBe(303);
    expect((await browser.open(new URL(sent.location ?? '', url).href)).markup).toContain('アカウントを連携しました');
  });
});
