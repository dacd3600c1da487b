import { createHash } from 'node:crypto';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Channels } from '#channels';
import { AGENTS, createTestApp, testScope, type Seen, type TestApp } from '#testing';
import { EmulatedLogin } from '../testing/emulated-login.js';
import { DEFAULT_LINK_PAGE } from './link-page.settings.js';
import { linkPageModules, LinkPageStory } from './testing/link-page-story.js';

describe('The link page', () => {
  let app: TestApp;
  let line: EmulatedLogin;
  let story: LinkPageStory;

  beforeAll(async () => {
    const { clock } = testScope();
    line = await EmulatedLogin.start(clock.now());
    const config = { lineApiBaseUrl: line.url, lineLoginBaseUrl: line.url };
    app = await createTestApp({ imports: linkPageModules, clock, config });
    story = await LinkPageStory.start(app, line);
  }, 60_000);

  afterAll(async () => {
    line.stop();
    await app.close();
  });

  afterEach(() => story.settings({ ...DEFAULT_LINK_PAGE, enabled: true }));

  const seen = (settings: object = {}, headers: Record<string, string> = {}) =>
    story.phone(settings).get(story.base, headers);
  const policyOf = ({ headers }: Seen) => String(headers['content-security-policy']);

  describe('is not found', () => {
    const expectMissing = (page: Seen) => {
      expect(page.status).toBe(404);
      expect(page.headers['content-type']).toBe('text/html; charset=utf-8');
      expect(page.body).toContain('ページが見つかりません');
      expect(page.body).not.toContain('さくら商店');
      expect(page.headers['set-cookie']).toBeUndefined();
    };

    it.each([
      '/p/line/connect/x',
      '/p/line/connect/0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90',
      '/p/line/connect/..%2f..',
      '/p/line/connect/',
      '/p/nothing',
    ])('at %s', async (path) => {
      expectMissing(await story.phone().get(path));
    });

    it('at an address that holds a NUL, which is refused before it is looked at', async () => {
      const page = await story.phone().get('/p/line/connect/%00');
      expect(page.status).toBe(400);
      expect(page.body).toContain('ページを表示できません');
    });

    it('while it is switched off', async () => {
      await story.settings({ enabled: false });
      expectMissing(await seen());
    });

    it('until LINE has confirmed the credentials, and when LINE refuses them', async () => {
      const unverified = await story.connect({ lineChannelId: '5', accessToken: 'x', verify: false });
      await app.request('PATCH', `/v1/channels/${unverified}/link-page`, { body: { enabled: true } });
      expectMissing(await story.phone().get(`/p/line/connect/${unverified}`));
      await app.get(Channels).markRefused(app.scope, story.channelId);
      expectMissing(await seen());
      const body = { accessToken: line.accessToken };
      await app.request('PATCH', `/v1/channels/${story.channelId}`, { body });
      expect((await seen()).status).toBe(200);
    });

    it('once the channel is deleted', async () => {
      const doomed = await story.connect({ lineChannelId: '6', accessToken: 'x', verify: false });
      await app.request('DELETE', `/v1/channels/${doomed}`);
      expectMissing(await story.phone().get(`/p/line/connect/${doomed}`));
    });

    it('on a computer, on any of its pages, unless that is allowed', async () => {
      const computer = { agent: AGENTS.computer };
      for (const path of ['', '/consent', '/done', '/status', '/callback?state=x']) {
        expectMissing(await story.phone(computer).get(story.base + path));
      }
      expectMissing(await story.phone(computer).post(`${story.base}/start`, {}));
      expect((await seen({ ...computer, headers: { 'sec-ch-ua-mobile': '?1' } })).status).toBe(200);
      await story.settings({ phoneOnly: false });
      expect((await seen(computer)).status).toBe(200);
    });

    it('in the language of the browser', async () => {
      const page = await story.phone().get('/p/line/connect/x', { 'accept-language': 'en-US' });
      expect(page.body).toContain('Page not found');
      expect(page.body).toContain('<html lang="en">');
    });
  });

  describe('on the company’s own host', () => {
    it('is there, and on this installation’s, and nowhere else', async () => {
      await story.settings({ host: 'line.sakura.example' });
      expect((await seen({ host: 'line.sakura.example' })).status).toBe(200);
      expect((await seen({ host: 'LINE.sakura.example' })).status).toBe(200);
      expect((await seen({ host: 'localhost:3000' })).status).toBe(200);
      expect((await seen({ host: 'other.example' })).status).toBe(404);
    });

    it('comes back from LINE to the host where it began', async () => {
      await story.settings({ host: 'line.sakura.example' });
      const phone = story.phone({ host: 'line.sakura.example' });
      const { location } = await phone.press(story.base);
      const back = `http://line.sakura.example${story.base}/callback`;
      expect(new URL(location).searchParams.get('redirect_uri')).toBe(back);
    });

    it('is not there for the pages of another workspace', async () => {
      const other = await app.workspace();
      const theirs = await story.connect({ verify: false }, other.key);
      const body = { host: 'other-shop.example', enabled: true };
      await app.request('PATCH', `/v1/channels/${theirs}/link-page`, { body, key: other.key });
      expect((await seen({ host: 'other-shop.example' })).status).toBe(404);
      expect((await seen({ host: 'nobodys.example' })).status).toBe(200);
    });
  });

  describe('is made', () => {
    it('of one answer without scripts, that nobody keeps, frames or learns the address of', async () => {
      const page = await seen();
      expect(page.status).toBe(200);
      expect(page.headers).toMatchObject({
        'content-type': 'text/html; charset=utf-8',
        'cache-control': 'no-store',
        'referrer-policy': 'no-referrer',
        'x-content-type-options': 'nosniff',
      });
      const style = /<style>([^]*?)<\/style>/.exec(page.body)![1]!;
      const hash = createHash('sha256').update(style).digest('base64');
      expect(policyOf(page)).toBe(
        `default-src 'none'; style-src 'sha256-${hash}'; img-src https: data:; form-action 'self' ${line.url}; ` +
          `base-uri 'none'; frame-ancestors 'none'`,
      );
      expect(page.body).not.toMatch(/<script|\son\w+=|javascript:|\sstyle=|<link|<iframe/i);
      expect(page.body).toMatch(/^<!doctype html><html lang="ja">/);
      expect(page.body).toContain('<meta name="viewport" content="width=device-width, initial-scale=1" />');
    });

    it('so that forms may lead to the company’s sign-in and back to its site', async () => {
      await story.settings({
        signIn: { kind: 'company', url: 'https://id.sakura.example/login?x=1' },
        returnUrls: ['https://www.sakura.example'],
      });
      expect(policyOf(await seen())).toContain(
        `form-action 'self' ${line.url} https://id.sakura.example https://www.sakura.example;`,
      );
    });

    it('small, whatever the company says', async () => {
      const words = (length: number) => '言'.repeat(length);
      const texts = {
        ...{ title: words(60), lead: words(1_000), link: words(40), friend: words(500), addFriend: words(40) },
        ...{ code: words(40), unlink: words(40), done: words(1_000), memberPage: words(40) },
      };
      const address = `https://sakura.example/${'x'.repeat(970)}`;
      await story.settings({
        ...{ texts: { ja: texts }, logoUrl: address, privacyPolicyUrl: address, memberPageUrl: address },
        consentText: { ja: words(4_000), en: words(4_000) },
        returnUrls: Array.from({ length: 20 }, (_, n) => `https://${'a'.repeat(60)}${n}.example`),
      });
      const phone = story.phone();
      await story.logIn(phone, await story.person('stranger'), { addFriend: false });
      const pages = [await phone.get(story.base)];
      const friend = story.phone();
      await story.logIn(friend, await story.person());
      await story.signIn(friend, 'much');
      pages.push(await friend.get(`${story.base}/consent`));
      pages.push(await friend.get((await friend.press(`${story.base}/consent`)).location));
      for (const { status, body } of pages) {
        expect(status).toBe(200);
        expect(body).toContain('言');
        expect(Buffer.byteLength(body)).toBeLessThanOrEqual(50 * 1024);
      }
    });

    it('of the company’s words as they are, never as markup', async () => {
      const evil = '<script>alert(1)</script>"\'&';
      await app.request('PATCH', `/v1/channels/${story.channelId}`, { body: { name: evil } });
      await story.settings({ texts: { ja: { title: evil, lead: evil, link: evil } } });
      const { body } = await seen();
      expect(body).not.toContain('<script');
      expect(body).toContain('&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;');
      await app.request('PATCH', `/v1/channels/${story.channelId}`, { body: { name: 'さくら商店' } });
    });

    it('of its parts in the order that the company wants, with its colours and addresses', async () => {
      await story.settings({
        parts: ['unlink', 'privacy', 'link', 'lead', 'logo', 'code'],
        logoUrl: 'https://sakura.example/logo.png',
        privacyPolicyUrl: 'https://sakura.example/privacy',
        colours: { accent: '#ffff00', background: '#000000', text: '#eeeeee' },
        texts: { ja: { lead: 'ようこそ' } },
      });
      const { body } = await seen();
      const parts = [
        `href="${story.base}/unlink"`,
        'href="https://sakura.example/privacy"',
        `action="${story.base}/start"`,
        'ようこそ',
        'src="https://sakura.example/logo.png"',
        `href="${story.base}/code"`,
      ];
      const places = parts.map((part) => body.indexOf(part));
      expect(places).not.toContain(-1);
      expect(places).toEqual([...places].sort((a, b) => a - b));
      expect(body).toContain('--a:#ffff00;--b:#000000;--t:#eeeeee');
    });
  });

  describe('speaks', () => {
    it('Japanese, or English to those who like it better', async () => {
      expect((await seen()).body).toContain('LINEで連携する');
      const english = (await seen({}, { 'accept-language': 'en-GB,en;q=0.9,ja;q=0.1' })).body;
      expect(english).toContain('<html lang="en">');
      expect(english).toContain('Link with LINE');
      await story.settings({ language: 'en' });
      expect((await seen({}, { 'accept-language': 'fr' })).body).toContain('Link with LINE');
    });

    it('the language that was chosen, on every page that follows, and at LINE', async () => {
      const phone = story.phone({ headers: { 'accept-language': 'ja' } });
      const first = await phone.get(story.base);
      expect(first.body).toContain(`href="${story.base}?lang=en"`);
      await phone.get(`${story.base}?lang=en`);
      const { location } = await phone.press(story.base);
      expect(new URL(location).searchParams.get('ui_locales')).toBe('en');
      const back = await phone.get(await line.logIn(await story.person(), location, { cancel: true }));
      expect((await phone.get(back.location)).body).toContain('You stopped linking');
    });

    it('the language that was chosen also where it skips itself', async () => {
      const phone = story.phone({ agent: AGENTS.line });
      const { location } = await phone.get(`${story.base}?lang=en`);
      expect(new URL(location).searchParams.get('ui_locales')).toBe('en');
      expect((await phone.get(story.base)).body).toContain('Link with LINE');
    });
  });

  describe('sets cookies', () => {
    it('for itself alone, out of reach of scripts and other sites', async () => {
      const phone = story.phone();
      await phone.press(story.base);
      const { id, expiresAt } = (await story.attemptOf(phone))!;
      expect(phone.cookies.get('tsunagi_attempt')).toMatch(new RegExp(`^${id}\\.[\\w-]{43}$`));
      const seconds = (expiresAt.getTime() - app.scope.clock.now().getTime()) / 1000 + 3_600;
      expect(phone.attributes.get('tsunagi_attempt')).toBe(
        `Path=${story.base}; Max-Age=${seconds}; HttpOnly; SameSite=Lax`,
      );
      expect(phone.attributes.get('tsunagi_form')).toContain('HttpOnly; SameSite=Lax');
    });
  });

  it('of a channel without LINE Login leads into the talk', async () => {
    await app.request('PATCH', `/v1/channels/${story.channelId}`, { body: { login: null } });
    const phone = story.phone({ agent: AGENTS.line });
    const page = await phone.get(story.base);
    expect(page.body).toContain('「連携」と送信すると');
    expect(page.body).toContain(`href="${line.url}/R/oaMessage/%40sakura/?${encodeURIComponent('連携')}"`);
    expect(page.body).not.toContain('<form');
    await app.request('PATCH', `/v1/channels/${story.channelId}`, { body: { login: line.login } });
  });
});
