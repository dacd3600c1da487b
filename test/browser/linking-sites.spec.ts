import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { describeOnPhone } from './browser.js';
import { Shopper } from './shopper.js';
import { BrowserStage, type Person } from './stage.js';

await describeOnPhone('A shopper of a company that has a site', (browser) => {
  let stage: BrowserStage;

  beforeAll(async () => {
    // The company's example lives in the real time.
    stage = await BrowserStage.start(new Date());
  }, 60_000);
  afterAll(() => stage.close());
  afterEach(async () => {
    for (const context of browser.contexts()) await context.close();
  });

  const arrive = (walk: string, { userId }: Person) => Shopper.arrive({ browser, stage }, walk, { userId });

  describe('with a sign-in of its own', () => {
    let example: ChildProcess;

    beforeAll(async () => {
      const { secret } = await stage.site.api.post<{ secret: string }>('/v1/sign-in-keys', {});
      example = spawn(process.execPath, ['examples/company-sign-in/server.mjs'], {
        env: { ...process.env, SIGN_IN_KEY: secret, PORT: '0', PUBLIC_URL: undefined, TSUNAGI_URL: stage.origin },
        stdio: ['ignore', 'pipe', 'ignore'],
      });
      const [line] = (await once(example.stdout!, 'data')) as [Buffer];
      await stage.site.settings({ signIn: { kind: 'company', url: /http:\S+/.exec(line.toString())![0] } });
    });
    afterAll(async () => {
      await stage.site.settings({ signIn: { kind: 'hosted' } });
      const gone = once(example, 'exit');
      example.kill();
      await gone;
    });

    it('signs in there, gives up once, and is linked', async () => {
      // The example knows this member.
      const person = await stage.person('伊藤 結衣');
      expect(person.memberId).toBe('M0001');
      const shopper = await arrive('company', person);
      await shopper.open();
      await shopper.tap('LINEで連携する');
      await shopper.sayWhoAtLine();
      await shopper.allow();
      await shopper.see('Sign in', 'company-page');
      await shopper.open('/sign-in/return');
      await shopper.see('ログインを確認できませんでした', 'gave-up', ['ログインは完了していません']);
      await shopper.tap('もう一度ログインする');
      await shopper.fill('E-mail', 'hanako@shop.example');
      await shopper.fill('Password', 'wrong');
      await shopper.tap('Sign in');
      await shopper.see('Sign in', 'company-page-wrong-password', ['is not right']);
      await shopper.fill('E-mail', 'hanako@shop.example');
      await shopper.fill('Password', 'rainy days in june');
      await shopper.tap('Sign in');
      await shopper.agree();
      await shopper.see('連携が完了しました', 'done');
      expect(await stage.ties(person.memberId)).toEqual([
        { lineUserId: person.userId, role: 'member', route: 'login' },
      ]);
    });
  });

  describe('on which one signs in by LINE', () => {
    let site: Server;
    let home: string;

    beforeAll(async () => {
      site = createServer((request, response) => {
        response.setHeader('content-type', 'text/html; charset=utf-8');
        page(new URL(request.url!, home)).then(
          (body) => response.end(`<!doctype html><meta name="viewport" content="width=device-width">${body}`),
          (error: unknown) => response.writeHead(500).end(String(error)),
        );
      });
      site.listen(0, '127.0.0.1');
      await once(site, 'listening');
      home = `http://127.0.0.1:${(site.address() as AddressInfo).port}`;
      await stage.site.settings({ returnUrls: [home] });
    });
    afterAll(() => {
      site.close();
    });

    /** The company's site, in short: a link that begins, and a page that says who came back. */
    async function page({ pathname, searchParams }: URL): Promise<string> {
      const { api, channelId } = stage.site;
      if (pathname === '/') {
        const wanted = { channelId, returnUrl: `${home}/in` };
        const { url } = await api.post<{ url: string }>('/v1/link-sessions', wanted);
        return `<h1>ようこそ</h1><a href="${url}">LINEでログイン</a>`;
      }
      if (pathname !== '/in') return '<h1>404</h1>';
      const session = `/v1/link-sessions/${searchParams.get('session')}`;
      const code = searchParams.get('code');
      const { result } = await api.post<{ result: { status: string; memberId?: string } }>(`${session}/result`, {
        code,
      });
      if (result.status !== 'unknown') return `<h1>${result.memberId ?? result.status}</h1>`;
      // A site would ask for its password here.
      await api.post(`${session}/link`, { memberId: 'M0002' });
      return '<h1>はじめまして</h1>';
    }

    it('is linked by the first time, and known without a password from then on', async () => {
      const person = await stage.person('山本 大輔');
      expect(person.memberId).toBe('M0002');
      const shopper = await arrive('site-login', person);
      const begin = async () => {
        await shopper.open('', home);
        await shopper.tap('LINEでログイン');
      };
      await begin();
      await shopper.sayWhoAtLine();
      await shopper.allow();
      await shopper.see('はじめまして', 'first-time');
      expect(await stage.ties(person.memberId)).toEqual([
        { lineUserId: person.userId, role: 'member', route: 'site_login' },
      ]);
      await begin();
      await shopper.see('M0002', 'known');
    });

    it('comes back with the reason where they turn back at LINE', async () => {
      const shopper = await arrive('site-login-cancelled', await stage.person('中村 翼'));
      await shopper.open('', home);
      await shopper.tap('LINEでログイン');
      await shopper.sayWhoAtLine();
      await shopper.tap('キャンセル');
      await shopper.see('failed', 'cancelled');
      expect(new URL(shopper.page.url()).searchParams.get('error')).toBe('linking.cancelled');
    });

    it('cannot open the address of somebody else’s sign-in', async () => {
      const body = { channelId: stage.site.channelId, returnUrl: `${home}/in` };
      const { url } = await stage.site.api.post<{ url: string }>('/v1/link-sessions', body);
      const [first, second] = [await stage.person('小林 愛'), await stage.person('加藤 蓮')];
      await (await arrive('site-login-first', first)).open('', url);
      const shopper = await arrive('site-login-second', second);
      expect(await shopper.open('', url)).toBe(410);
      expect(await shopper.page.getByRole('link', { name: 'はじめからやり直す' }).count()).toBe(0);
      await shopper.keep('over');
    });
  });
});
