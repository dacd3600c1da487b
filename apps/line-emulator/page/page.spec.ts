import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { messageSamples } from '../testing/message-samples.js';
import { EmulatorUnderTest } from '../testing/emulator-under-test.js';
import { readyMenu } from '../testing/rich-menu-samples.js';
import { messageView } from './messages-view.js';

const holder = { channelId: 'c', userId: 'u' };
const evil = `<img src=x onerror="alert(1)">'&`;

describe('The phones', () => {
  let line: EmulatorUnderTest;

  beforeEach(async () => {
    line = await EmulatorUnderTest.start();
  });
  afterEach(() => line.close());

  const piece = async (path: string) => {
    const response = await fetch(`${line.url}/_phones/${path}&channelId=${line.channel.channelId}`);
    const { parts, ...rest } = (await response.json()) as { markup?: string; version?: number; parts?: object };
    return parts ? { ...rest, markup: Object.values(parts).join('') } : rest;
  };

  it('stand on a page that runs its own script only', async () => {
    const response = await fetch(line.url);
    expect(response.headers.get('content-security-policy')).toMatch(/script-src 'nonce-[^']+';/);
    expect(await response.text()).toContain('<title>LINEエミュレーター</title>');
  });

  it('show names and messages as text, whatever they hold', async () => {
    const userId = line.friend(0);
    await line.onChannel('POST /users', { users: [{ userId, displayName: evil }] });
    await line.push(userId, evil);
    await line.onChannel('POST /users/message', { userId, text: evil });
    for (const path of [`chat?userId=${userId}`, 'people?q=']) {
      const { markup } = await piece(path);
      expect(markup).not.toContain('<img');
      expect(markup).toContain('&lt;img src=x onerror=&quot;alert(1)&quot;&gt;&#39;&amp;');
    }
  });

  it('show menus as text too, and follow none of their addresses but the web’s', async () => {
    const bounds = { x: 0, y: 0, width: 1200, height: 405 };
    const label = `"><b id='x'>`;
    const areas = [
      { bounds, action: { type: 'message', label, text: 'a' } },
      { bounds, action: { type: 'uri', uri: 'line://ti/p/@a' } },
    ];
    const richMenuId = await readyMenu(line, { chatBarText: `"><b id='y'>`, areas });
    await line.api(`POST /v2/bot/user/all/richmenu/${richMenuId}`);
    const { markup } = await piece(`chat?userId=${line.friend(0)}`);
    expect(markup).toContain('aria-label="&quot;&gt;&lt;b id=&#39;x&#39;&gt;"');
    expect(markup).not.toMatch(/<b id|href="line:/);
  });

  it('open at the account by LINE’s own addresses: the phone of whose browser it is, or everybody', async () => {
    const { channelId } = line.channel;
    const { basicId } = (await line.api('GET /v2/bot/info')).body;
    const opened = async (path: string, cookie = '') => {
      const answer = await fetch(line.url + path, { redirect: 'manual', headers: { cookie } });
      return [answer.status, answer.headers.get('location')];
    };
    const [add, talk] = [`/R/ti/p/${encodeURIComponent(basicId)}`, `/R/oaMessage/${encodeURIComponent(basicId)}/?link`];
    const userId = line.friend(3);
    const phone = `/?channelId=${channelId}&userId=${userId}`;
    expect(await opened(add, `line_user=${channelId}:${userId}`)).toEqual([302, phone]);
    expect(await opened(talk, `line_user=${channelId}:${userId}`)).toEqual([302, phone]);
    expect(await opened(add)).toEqual([302, `/?channelId=${channelId}`]);
    expect(await opened('/R/ti/p/@nobody')).toEqual([404, null]);
  });

  it('tell quickly that nothing is new', async () => {
    const { version, markup } = await piece(`chat?userId=${line.friend(0)}`);
    expect(markup).toBeDefined();
    expect(await piece(`chat?userId=${line.friend(0)}&since=${version ?? 0}`)).toEqual({ version });
    await line.push(line.friend(0), 'news');
    expect((await piece(`chat?userId=${line.friend(0)}&since=${version ?? 0}`)).markup).toContain('news');
  });

  it('are whole without scripts', async () => {
    const { channelId } = line.channel;
    const userId = line.friend(0);
    await line.api(`POST /v2/bot/user/${userId}/richmenu/${await readyMenu(line)}`);
    await line.push(userId, 'news');
    const page = await (await fetch(`${line.url}/?channelId=${channelId}&userId=${userId}`)).text();
    for (const part of ['news', 'aria-label="ポイント"', '>ブロック<', 'メッセージを入力'])
      expect(page).toContain(part);
    expect(Buffer.byteLength(page)).toBeLessThan(50_000);
  });

  describe('take forms', () => {
    const post = (path: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
      fetch(`${line.url}/_phones/${path}`, {
        method: 'POST',
        redirect: 'manual',
        headers,
        body: new URLSearchParams({ channelId: line.channel.channelId, userId: line.friend(0), ...fields }),
      });

    it('and lead back to the phone', async () => {
      const said = await post('say', { text: 'はい' });
      expect(said.status).toBe(303);
      expect(said.headers.get('location')).toBe(`/?channelId=${line.channel.channelId}&userId=${line.friend(0)}`);
      expect((await piece(`chat?userId=${line.friend(0)}`)).markup).toContain('はい');
    });

    it('and open addresses as the person whose phone it is', async () => {
      const uri = 'https://shop.example/?a=1&b=2';
      const opened = await post('act', { action: JSON.stringify({ type: 'uri', uri }) });
      const location = new URL(opened.headers.get('location') ?? '', line.url);
      expect(location.pathname).toBe('/_emulator/browse');
      expect(location.searchParams.get('url')).toBe(uri);
      expect(location.searchParams.get('userId')).toBe(line.friend(0));
    });

    it('but not from other sites, for nobody, or with nonsense', async () => {
      expect((await post('say', { text: 'a' }, { 'sec-fetch-site': 'cross-site' })).status).toBe(400);
      expect((await post('say', { text: 'a', userId: `U${'e'.repeat(32)}` })).status).toBe(404);
      expect((await post('act', { action: '{' })).status).toBe(400);
      expect((await post('act', { action: '[]' })).status).toBe(400);
      expect(
        (await line.api('POST /v2/bot/richmenu', 'a=1', { 'content-type': 'application/x-www-form-urlencoded' }))
          .status,
      ).toBe(415);
    });

    it('and tell scripts when the menu was changed under the finger', async () => {
      const answer = await post('tap', { area: '0' }, { accept: 'application/json' });
      expect(await answer.json()).toEqual({ notice: expect.stringContaining('変わりました') });
    });
  });

  it('find people by name', async () => {
    await line.onChannel('POST /users', { users: [{ displayName: '髙橋 花子' }] });
    const { markup } = await piece(`people?q=${encodeURIComponent('花子')}`);
    expect(markup?.match(/data-user/g)).toHaveLength(1);
  });

  it('draw every kind of message and follow no address but the web’s', () => {
    for (const message of Object.values(messageSamples)) expect(messageView(message, holder).markup).not.toBe('');
    const uri = 'javascript:alert(1)';
    const actions = [{ type: 'uri', label: 'a', uri }];
    const template = { type: 'buttons', text: 'a', thumbnailImageUrl: uri, actions };
    expect(messageView({ type: 'template', template }, holder).markup).not.toContain('javascript');
    const text = { type: 'text', text: 'a', color: 'red;background:url(https://a.jp)' };
    const contents = { type: 'bubble', body: { type: 'box', layout: 'vertical', contents: [text] } };
    expect(messageView({ type: 'flex', contents }, holder).markup).not.toContain('url(');
  });
});
