import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { takeover, unlinkInTalk, unlinkOnPage } from '../../tools/demo/linking/moves.js';
import { PASSWORD, type Site, type Visitor } from '../../tools/demo/linking/site.js';
import * as walks from '../../tools/demo/linking/walks.js';
import { LinkingStage } from './linking-stage.js';

const { walk } = walks;
const DAY = 24 * 60 * 60_000;

describe('A member who is linked', () => {
  let stage: LinkingStage;
  let site: Site;
  let people = 0;

  beforeAll(async () => {
    stage = await LinkingStage.start();
    ({ site } = stage);
  }, 60_000);

  afterAll(() => stage.close());

  async function linked(): Promise<Visitor> {
    const visitor = await site.visitor(`m${++people}`);
    await walk(walks.loginPage(site, visitor));
    return visitor;
  }

  const newPhone = async (visitor: Visitor) => ({ ...visitor, ...(await site.phone('新しい電話')) });
  const owners = async ({ memberId }: Visitor) => (await stage.ties(memberId)).map(({ lineUserId }) => lineUserId);

  /** To the place where a code is entered, as the LINE user of that phone. */
  async function toTakeover({ browser, userId }: Visitor): Promise<void> {
    await browser.open(`${site.base}/takeover`);
    await browser.send('/start', { purpose: 'takeover' });
    await browser.open(await site.line.logsIn(userId, browser.page.url));
  }

  async function codeFor({ memberId }: Visitor): Promise<string> {
    const body = { channelId: site.channelId };
    return (await site.api.post<{ code: string }>(`/v1/members/${memberId}/takeover`, body)).code;
  }

  async function enters({ browser }: Visitor, code: string): Promise<string> {
    return (await browser.send('/takeover', { action: 'enter', code })).body;
  }

  describe('and blocks the account', () => {
    it('is sent round to the page until they have unblocked it, and then goes on', async () => {
      const visitor = await site.visitor(`m${++people}`);
      const { browser, userId } = visitor;
      await site.line.setState(userId, 'blocked');
      await stage.drain();
      await browser.open(site.base);
      await browser.send('/start');
      await browser.open(await site.line.logsIn(userId, browser.page.url, { addFriend: false }));
      expect(browser.page).toMatchObject({ status: 200, body: expect.stringContaining('ブロックされています') });
      expect(browser.page.body).toContain('/R/ti/p/');
      expect((await browser.send('/start')).body).toContain('まだブロックの解除を確認できません');
      expect((await browser.open(`${site.base}/consent`)).body).not.toContain('同意して連携する');
      expect(await owners(visitor)).toEqual([]);
      stage.advance(1_000);
      await site.line.setState(userId, 'friend');
      await browser.open(site.base);
      await browser.send('/start');
      await browser.send('/sign-in', { loginId: visitor.memberId, password: PASSWORD });
      expect((await browser.send('/consent')).body).toContain('連携が完了しました');
      expect(await stage.menuOf(visitor)).toBe('連携後');
    });

    it('stays linked, loses the menu, and finds it again after unblocking', async () => {
      const visitor = await linked();
      expect(await stage.menuOf(visitor)).toBe('連携後');
      stage.advance(1_000);
      await site.line.setState(visitor.userId, 'blocked');
      await stage.drain();
      expect(await stage.member(visitor.memberId)).toMatchObject({ linked: true, friendState: 'blocked' });
      expect((await site.line.menuOf(visitor.userId)).by).not.toBe('user');
      stage.advance(1_000);
      await site.line.setState(visitor.userId, 'friend');
      expect(await stage.menuOf(visitor)).toBe('連携後');
      expect(await stage.member(visitor.memberId)).toMatchObject({ linked: true, friendState: 'friend' });
    });
  });

  describe('and has a new phone', () => {
    it('takes everything along; the old LINE account is told and sees the first menu again', async () => {
      const old = await linked();
      const to = await newPhone(old);
      await walk(takeover(site, old, to));
      expect(await owners(old)).toEqual([to.userId]);
      expect((await stage.told(old))!.text).toContain('引き継');
      expect(await stage.menuOf(to)).toBe('連携後');
      expect(await stage.menuOf(old)).toBe('連携前');
      expect(await stage.member(old.memberId)).toMatchObject({ linked: true, friendState: 'friend' });
      expect(await grantOf(old)).toMatchObject({ deauthorized: false });
      // Once it cannot be undone any more.
      stage.advance(DAY + 1);
      expect(await grantOf(old)).toMatchObject({ deauthorized: true });
      expect(await grantOf(to)).toMatchObject({ deauthorized: false });
    });

    it('is told of a code that is wrong, and can type it again', async () => {
      const old = await linked();
      const to = await newPhone(old);
      const code = await codeFor(old);
      await toTakeover(to);
      expect(await enters(to, 'Wr0ngC0de9')).toContain('引き継ぎコードが正しくありません');
      await enters(to, code);
      await to.browser.send('/sign-in', { loginId: old.memberId, password: PASSWORD });
      await to.browser.send('/takeover/confirm');
      expect(await owners(old)).toEqual([to.userId]);
    });

    it('cannot enter the code with the old phone', async () => {
      const old = await linked();
      const code = await codeFor(old);
      const same = { ...old, browser: site.browser() };
      await toTakeover(same);
      expect(await enters(same, code)).toContain('同じLINEアカウントです');
      expect(await owners(old)).toEqual([old.userId]);
    });

    it('is not somebody who has only found the code', async () => {
      const [old, thief] = [await linked(), await site.visitor(`m${++people}`)];
      const code = await codeFor(old);
      await toTakeover(thief);
      await enters(thief, code);
      await thief.browser.send('/sign-in', { loginId: thief.memberId, password: PASSWORD });
      expect(thief.browser.page.body).toContain('別の会員のコードです');
      expect(await owners(old)).toEqual([old.userId]);
      expect(await stage.menuOf(thief)).toBe('連携前');
    });

    it('is told that the code is too old', async () => {
      const old = await linked();
      const to = await newPhone(old);
      const code = await codeFor(old);
      stage.advance(DAY + 1);
      await toTakeover(to);
      expect(await enters(to, code)).toContain('この引き継ぎコードは使えません');
    });

    it('wins or loses against somebody who confirms at the same moment, and the loser is told', async () => {
      const old = await linked();
      const rivals = [await newPhone(old), await newPhone(old)];
      const code = await codeFor(old);
      for (const rival of rivals) {
        await toTakeover(rival);
        await enters(rival, code);
        await rival.browser.send('/sign-in', { loginId: old.memberId, password: PASSWORD });
      }
      const pages = await Promise.all(rivals.map(({ browser }) => browser.send('/takeover/confirm')));
      const told = pages.map(({ body }) => body.includes('この引き継ぎコードは使えません'));
      expect(told.filter(Boolean)).toHaveLength(1);
      expect(await owners(old)).toEqual([rivals[told.indexOf(false)]!.userId]);
    });

    it('gets everything back on the old phone where the shop undoes it', async () => {
      const old = await linked();
      const to = await newPhone(old);
      await walk(takeover(site, old, to));
      await stage.drain();
      const { items } = await site.api.get<{ items: { id: string; memberId: string }[] }>('/v1/takeovers?state=done');
      const { id } = items.find(({ memberId }) => memberId === old.memberId)!;
      await site.api.post(`/v1/takeovers/${id}/undo`, {});
      expect(await owners(old)).toEqual([old.userId]);
      expect(await stage.menuOf(old)).toBe('連携後');
      expect(await stage.menuOf(to)).toBe('連携前');
    });
  });

  describe('and wants to leave', () => {
    it.each([
      ['in the talk', unlinkInTalk],
      ['on the page', unlinkOnPage],
    ])('does so %s; LINE hears of it, and the first menu is back', async (_where, way) => {
      const visitor = await linked();
      expect(await stage.menuOf(visitor)).toBe('連携後');
      await walk(way(site, visitor));
      await stage.drain();
      expect(await owners(visitor)).toEqual([]);
      expect(await stage.member(visitor.memberId)).toMatchObject({ linked: false });
      expect(await grantOf(visitor)).toMatchObject({ deauthorized: true });
      expect(await stage.menuOf(visitor)).toBe('連携前');
    });

    it('is told in the talk that it is done', async () => {
      const visitor = await linked();
      await walk(unlinkInTalk(site, visitor));
      expect((await stage.told(visitor))!.text).toContain('連携を解除しました');
    });

    it('can change their mind', async () => {
      const visitor = await linked();
      await site.line.says(visitor.userId, '連携解除');
      const { buttons } = (await stage.told(visitor))!;
      await site.line.presses(visitor.userId, 'tsunagi:keep');
      await stage.drain();
      expect(buttons.map(({ data }) => data)).toContain('tsunagi:keep');
      expect(await owners(visitor)).toEqual([visitor.userId]);
    });

    it('is told that there is nothing to end where there is none', async () => {
      const visitor = await site.visitor(`m${++people}`);
      await site.line.says(visitor.userId, '連携解除');
      expect((await stage.told(visitor))!.text).toContain('連携されていません');
    });

    it('is deauthorized in the end although LINE fails at first', async () => {
      const visitor = await linked();
      await stage.line.control('POST /faults', { kind: 'before500', endpoint: 'login.deauthorize', times: 2 });
      const [link] = await site.api
        .get<{ items: { id: string }[] }>(`/v1/members/${visitor.memberId}/links`)
        .then(({ items }) => items);
      await stage.app.request('DELETE', `/v1/links/${link!.id}`);
      for (let hour = 0; hour < 6; hour++) {
        await stage.drainWithFailures();
        stage.advance(60 * 60_000);
      }
      expect(await grantOf(visitor)).toMatchObject({ deauthorized: true });
    });

    it('and adds the account again, sees the first menu and stays unlinked', async () => {
      const visitor = await linked();
      await walk(unlinkOnPage(site, visitor));
      for (const state of ['blocked', 'friend'] as const) {
        stage.advance(1_000);
        await site.line.setState(visitor.userId, state);
        await stage.drain();
      }
      expect(await stage.menuOf(visitor)).toBe('連携前');
      expect(await owners(visitor)).toEqual([]);
    });

    it('and comes back later, is linked anew', async () => {
      const visitor = await linked();
      await walk(unlinkOnPage(site, visitor));
      await stage.drain();
      await walk(walks.loginPage(site, { ...visitor, browser: site.browser() }));
      expect(await owners(visitor)).toEqual([visitor.userId]);
      expect(await stage.menuOf(visitor)).toBe('連携後');
      expect(await grantOf(visitor)).toMatchObject({ deauthorized: false });
    });
  });

  async function grantOf({ userId }: Visitor): Promise<{ deauthorized: boolean } | undefined> {
    await stage.drain();
    return (await site.line.grants()).find((grant) => grant.userId === userId);
  }
});
