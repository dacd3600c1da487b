import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { AGENTS, Browser, overHttp } from '../../apps/line-emulator/testing/browser.js';
import { signedAnswer } from '../../tools/demo/linking/company.js';
import { COMPANY, PASSWORD, type Site, type Visitor } from '../../tools/demo/linking/site.js';
import * as walks from '../../tools/demo/linking/walks.js';
import { LinkingStage } from './linking-stage.js';

const MINUTE = 60_000;
const { walk } = walks;

describe('A member who cannot link', () => {
  let stage: LinkingStage;
  let site: Site;
  let people = 0;

  beforeAll(async () => {
    stage = await LinkingStage.start();
    ({ site } = stage);
  }, 60_000);

  afterAll(() => stage.close());

  afterEach(async () => {
    await stage.line.control('DELETE /faults');
    await site.settings({ signIn: { kind: 'hosted' } });
  });

  const somebody = (state?: 'friend' | 'stranger') => site.visitor(`m${++people}`, state);
  const signing = () => ({ key: stage.signInKey, now: stage.now });
  const atCompany = () => site.settings({ signIn: { kind: 'company', url: `${COMPANY}/sign-in` } });

  /** To our own sign-in, by way of the link page and LINE Login. */
  async function toSignIn({ browser, userId }: Visitor): Promise<void> {
    await browser.open(site.base);
    await browser.send('/start');
    await browser.open(await site.line.logsIn(userId, browser.page.url));
    expect(browser.page.url).toMatch(/\/sign-in$|^https:\/\/company\.example/);
  }

  const signIn = ({ browser, memberId }: Visitor, password = PASSWORD) =>
    browser.send('/sign-in', { loginId: memberId, password });

  async function invitationOf(visitor: Visitor): Promise<string> {
    await site.line.says(visitor.userId, '連携');
    return (await stage.told(visitor))!.buttons[0]!.uri!;
  }

  /** The user of a contract whose contractor is linked, and the user's code. */
  async function child(): Promise<{ visitor: Visitor; code: string }> {
    const [parent, visitor] = [await somebody(), await somebody()];
    await site.api.put(`/v1/members/${parent.memberId}/users`, { users: [{ memberId: visitor.memberId }] });
    await walk(walks.accountLink(site, parent, 'contractor'));
    return { visitor, code: await walks.codeOf(site, parent.memberId) };
  }

  async function isNotLinked(visitor: Visitor): Promise<void> {
    await stage.drain();
    expect(await stage.ties(visitor.memberId)).toEqual([]);
    expect(await stage.member(visitor.memberId)).toMatchObject({ linked: false });
    expect(await stage.menuOf(visitor)).toBe('連携前');
  }

  describe('over the link page', () => {
    it('is told that nothing was linked where they turn back at LINE, and can begin again', async () => {
      const visitor = await somebody();
      const { browser, userId } = visitor;
      await browser.open(site.base);
      await browser.send('/start');
      await browser.open(await site.line.logsIn(userId, browser.page.url, { cancel: true }));
      expect(browser.page.body).toContain('連携を中止しました');
      await isNotLinked(visitor);
      await walk(walks.loginPage(site, visitor));
      expect(await stage.menuOf(visitor)).toBe('連携後');
    });

    it('is asked again for a wrong password, and goes on with the right one', async () => {
      const visitor = await somebody();
      await toSignIn(visitor);
      expect((await signIn(visitor, 'wrong')).body).toContain('ログインIDまたはパスワードが正しくありません');
      expect((await signIn(visitor)).url).toMatch(/\/consent$/);
      await isNotLinked(visitor);
    });

    it('can stop at the consent', async () => {
      const visitor = await somebody();
      await toSignIn(visitor);
      await signIn(visitor);
      expect((await visitor.browser.send('/cancel')).body).toContain('連携を中止しました');
      await isNotLinked(visitor);
    });

    it('is told that the time is over', async () => {
      const visitor = await somebody();
      await toSignIn(visitor);
      stage.advance(31 * MINUTE);
      expect((await signIn(visitor)).body).toContain('手続きの有効期限が切れました');
      await isNotLinked(visitor);
    });

    it('is not who comes back from LINE in another browser', async () => {
      const visitor = await somebody();
      await visitor.browser.open(site.base);
      await visitor.browser.send('/start');
      const callback = await site.line.logsIn(visitor.userId, visitor.browser.page.url);
      expect((await site.browser().open(callback)).body).toContain('手続きの続きが見つかりません');
    });

    it.each([
      ['does not answer', 'dropped', 'LINEに接続できませんでした'],
      ['refuses', '400', 'LINEでの確認ができませんでした'],
    ])('is told so where LINE %s', async (_what, kind, sentence) => {
      const visitor = await somebody();
      await visitor.browser.open(site.base);
      await visitor.browser.send('/start');
      const callback = await site.line.logsIn(visitor.userId, visitor.browser.page.url);
      await stage.line.control('POST /faults', { kind, endpoint: 'login.token' });
      expect((await visitor.browser.open(callback)).body).toContain(sentence);
      await isNotLinked(visitor);
    });

    it('is shown the way to the takeover where the member is linked with another phone', async () => {
      const visitor = await somebody();
      await walk(walks.loginPage(site, visitor));
      const other = { ...visitor, ...(await site.phone('もう1台')) };
      await toSignIn(other);
      await signIn(other);
      const { body } = await other.browser.send('/consent');
      expect(body).toContain('この会員は別のLINEアカウントと連携済みです');
      expect(body).toContain(`${site.base}/takeover`);
      expect(await stage.ties(visitor.memberId)).toEqual([{ lineUserId: visitor.userId, ...tie('login') }]);
      expect(await stage.menuOf(other)).toBe('連携前');
    });

    it('is told that all is done where the LINE account is linked already', async () => {
      const visitor = await somebody();
      await walk(walks.loginPage(site, visitor));
      const again = { ...visitor, browser: site.browser() };
      await again.browser.open(site.base);
      await again.browser.send('/start');
      await again.browser.open(await site.line.logsIn(again.userId, again.browser.page.url));
      expect(again.browser.page.body).toContain('すでに連携済みです');
    });

    it('finds nothing on a computer', async () => {
      const computer = new Browser(overHttp, stage.app.config.publicUrl, { agent: AGENTS.computer });
      expect(await computer.open(site.base)).toMatchObject({ status: 404 });
    });

    it('finds nothing where linking is switched off', async () => {
      await site.settings({ enabled: false });
      const { status } = await site.browser().open(site.base);
      await site.settings({ enabled: true });
      expect(status).toBe(404);
    });
  });

  describe('from the talk', () => {
    it('is told of an invitation that is too old', async () => {
      const visitor = await somebody();
      const uri = await invitationOf(visitor);
      stage.advance(13 * MINUTE);
      expect((await visitor.browser.open(uri)).body).toContain('このリンクは使えません');
      await isNotLinked(visitor);
    });

    it('is not linked by somebody else’s invitation, and reads so', async () => {
      const [victim, attacker] = [await somebody(), await somebody()];
      await victim.browser.open(await invitationOf(attacker));
      await signIn(victim);
      const { url } = await victim.browser.send('/consent');
      expect(await site.line.opensDialog(victim.userId, url)).toMatchObject({ result: 'failed' });
      await stage.drain();
      expect((await victim.browser.open(`${site.base}/done`)).body).toContain('連携できませんでした');
      await isNotLinked(victim);
      await isNotLinked({ ...victim, userId: attacker.userId });
    });

    it('is told in the talk and on the page where the member is linked with another phone', async () => {
      const visitor = await somebody();
      await walk(walks.accountLink(site, visitor));
      const other = { ...visitor, ...(await site.phone('もう1台')) };
      await other.browser.open(await invitationOf(other));
      await signIn(other);
      await site.line.opensDialog(other.userId, (await other.browser.send('/consent')).url);
      expect((await stage.told(other))!.text).toContain('すでにほかのLINEアカウントと連携されています');
      expect((await other.browser.open(`${site.base}/status`)).body).toContain(
        'この会員は別のLINEアカウントと連携済みです',
      );
    });
  });

  describe('at the company’s own sign-in', () => {
    const back = (visitor: Visitor, answer?: string) =>
      visitor.browser.open(`${site.base}/sign-in/return${answer === undefined ? '' : new URL(answer).search}`);
    const requestOf = ({ browser }: Visitor) => new URL(browser.page.url).searchParams.get('request')!;

    it.each([
      ['is asked again where they gave up', () => undefined, 'ログインは完了していません'],
      [
        'is asked again where the answer is too old',
        (request: string, id: string) => signedAnswer(request, id, { ...signing(), now: new Date(0) }),
        'ログインの結果を確認できませんでした',
      ],
      [
        'is asked to wait where we do not know the member',
        (request: string) => signedAnswer(request, 'nobody', signing()),
        'まだこちらに届いていません',
      ],
    ])('%s', async (_what, answerTo, sentence) => {
      const visitor = await somebody();
      await atCompany();
      await toSignIn(visitor);
      expect((await back(visitor, answerTo(requestOf(visitor), visitor.memberId))).body).toContain(sentence);
      await isNotLinked(visitor);
    });
  });

  describe('with a code', () => {
    it('is told of a wrong one, of one in the wrong case, and of one that was used', async () => {
      const { visitor, code } = await child();
      const swapped = code.replace(/[a-z]/gi, (one) =>
        one === one.toLowerCase() ? one.toUpperCase() : one.toLowerCase(),
      );
      await site.line.says(visitor.userId, swapped);
      expect((await stage.told(visitor))!.text).toContain('このコードでは連携できませんでした');
      await walk(walks.codeOnPage(site, visitor, code));
      const thief = await somebody();
      await child();
      await site.line.says(thief.userId, code);
      expect((await stage.told(thief))!.text).toContain('このコードでは連携できませんでした');
      await isNotLinked(thief);
    });

    it('has to wait after too many wrong ones', async () => {
      const visitor = await somebody();
      // Where no code is open, what looks like one is not taken for one.
      await child();
      for (let nth = 0; nth < 12; nth++) {
        await site.line.says(visitor.userId, `B${'abcdefghjkln'[nth]}dE2a3b4c`);
        await stage.drain();
      }
      expect((await stage.told(visitor))!.text).toContain('受け付けを休んでいます');
    });
  });

  describe('by the sign-in of a site', () => {
    it('is sent back with the reason where they turn back at LINE', async () => {
      const { browser, userId } = await somebody();
      const wanted = { channelId: site.channelId, returnUrl: `${COMPANY}/back` };
      const { url } = await site.api.post<{ url: string }>('/v1/link-sessions', wanted);
      await browser.open(url);
      await browser.open(await site.line.logsIn(userId, browser.page.url, { cancel: true }));
      expect(browser.page.url).toMatch(/^https:\/\/company\.example\/back\?.*error=linking\.cancelled/);
    });
  });
});

function tie(route: string, role = 'member'): { role: string; route: string } {
  return { role, route };
}
