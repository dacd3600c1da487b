import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, sql } from '#database';
import { Members } from '#members';
import { AGENTS, createTestApp, formTokenOf, testScope, type TestApp } from '#testing';
import { linkPageModules, LinkPageStory } from '../pages/testing/link-page-story.js';
import { EmulatedLogin } from '../testing/emulated-login.js';

const MINUTE = 60_000;

describe('A login from the link page', () => {
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

  const rows = <T extends object>(statement: ReturnType<typeof sql>) =>
    app.get(Database).query<T>(app.scope, statement);

  describe('by somebody who is no friend', () => {
    it.each(['stranger', 'blocked'])('and is %s shows the page again, until LINE says that they are', async (state) => {
      const phone = story.phone();
      const userId = await story.person(state);
      const back = await story.logIn(phone, userId, { addFriend: false });
      expect(back.location).toBe(story.base);
      const page = await phone.get(back.location);
      expect(page.body).toContain('友だち追加する');
      expect(page.body).toContain(`href="${line.url}/R/ti/p/%40sakura"`);
      const tooEarly = await phone.press(story.base);
      expect((await phone.get(tooEarly.location)).body).toContain('まだ友だち追加を確認できません');
      await line.setState(userId, 'friend');
      expect(await phone.press(story.base)).toMatchObject({ status: 303, location: `${story.base}/sign-in` });
    });

    it.each([
      ['since then is asked for nothing more', 1, false],
      ['long ago, and is none any more, is shown the way', -MINUTE, true],
    ])('and followed %s', async (_when, after, isAsked) => {
      const phone = story.phone();
      const userId = await story.person('stranger');
      const { location } = await story.logIn(phone, userId, { addFriend: false });
      const at = new Date(app.scope.clock.now().getTime() + after);
      await app
        .get(Database)
        .execute(
          app.scope,
          sql`update line_users set friend_state = 'friend', friend_state_at = ${at} where user_id = ${userId}`,
        );
      const { body } = await phone.get(location);
      expect(body.includes('友だち追加が必要です')).toBe(isAsked);
      expect(body.includes('>LINEで連携する<')).toBe(!isAsked);
      expect((await phone.get(`${story.base}?again=1`)).body).toContain('まだ友だち追加を確認できません');
    });

    it('but becomes one on LINE’s own page goes on at once', async () => {
      const phone = story.phone();
      const back = await story.logIn(phone, await story.person('stranger'), { addFriend: true });
      expect(back.location).toBe(`${story.base}/sign-in`);
    });

    it.each([
      ['does not say', false, undefined],
      ['has only said so in the address that it sent the browser to', true, true],
    ])('goes on where LINE %s', async (_what, addFriend, friend) => {
      const phone = story.phone();
      const callback = await story.toLineAndBack(phone, await story.person('stranger'), { addFriend });
      await line.fault({ kind: 'before500', endpoint: 'login.friendship', times: 1 });
      expect((await phone.get(callback)).location).toBe(`${story.base}/sign-in`);
      await line.clearFaults();
      expect((await story.attemptOf(phone))?.friend).toBe(friend);
    });
  });

  describe('by somebody who is linked', () => {
    it('says so, and makes nothing', async () => {
      const userId = await story.person();
      await story.link(story.phone(), userId, 'linked-1');
      const phone = story.phone();
      const back = await story.logIn(phone, userId);
      expect(back.location).toBe(`${story.base}/done`);
      expect((await phone.get(back.location)).body).toContain('すでに連携済みです');
      const { body } = await app.request('GET', '/v1/members/linked-1/links');
      expect(body.items).toHaveLength(1);
    });

    it('by another way before leaves what LINE will be told with when that link ends', async () => {
      const userId = await story.person();
      const grants = sql`select 1 from login_grants g join line_users u
                          on u.workspace_id = g.workspace_id and u.id = g.line_user_id where u.user_id = ${userId}`;
      await app.get(Members).ensure(app.scope, ['imported']);
      const links = [{ memberId: 'imported', lineUserId: userId, friend: true }];
      await app.request('POST', '/v1/links/batch', { body: { channelId: story.channelId, links } });
      expect(await rows(grants)).toHaveLength(0);
      const back = await story.logIn(story.phone(), userId);
      expect(back.location).toBe(`${story.base}/done`);
      expect(await rows(grants)).toHaveLength(1);
    });

    it('with another member meanwhile is told so', async () => {
      const userId = await story.person();
      const [one, two] = [story.phone(), story.phone()];
      for (const phone of [one, two]) await story.logIn(phone, userId);
      await story.signIn(one, 'first');
      await story.signIn(two, 'second');
      await one.press(`${story.base}/consent`);
      const late = await two.press(`${story.base}/consent`);
      const page = await two.get(late.location);
      expect(page.body).toContain('別の会員と連携済み');
      expect(page.body).toContain(`href="${story.base}/unlink"`);
      expect(await story.attemptOf(two)).toMatchObject({ state: 'failed', failure: 'linking.line_user_taken' });
      expect((await app.request('GET', '/v1/members/second/links')).body.items).toEqual([]);
    });

    it('as a member who has another LINE account is told so, with the way to move it', async () => {
      await story.link(story.phone(), await story.person(), 'moved');
      const phone = story.phone();
      const late = await story.link(phone, await story.person(), 'moved');
      const page = await phone.get(late.location);
      expect(page.body).toContain('別のLINEアカウントと連携済み');
      expect(page.body).toContain(`href="${story.base}/takeover"`);
    });
  });

  describe('in LINE’s own browser', () => {
    it('begins without a button, once', async () => {
      const phone = story.phone({ agent: AGENTS.line });
      const first = await phone.get(story.base);
      expect(first.status).toBe(303);
      expect(first.location).toContain(`${line.url}/oauth2/v2.1/authorize`);
      const second = await phone.get(story.base);
      expect(second.status).toBe(200);
      expect(second.body).toContain('LINEで連携する');
    });

    it('goes on where the browser was, and to the end where it is linked', async () => {
      const phone = story.phone({ agent: AGENTS.line });
      const { location } = await phone.get(story.base);
      const back = await phone.get(await line.logIn(await story.person(), location));
      expect(back.location).toBe(`${story.base}/sign-in`);
      expect(await phone.get(story.base)).toMatchObject({ status: 303, location: `${story.base}/sign-in` });
      await story.signIn(phone, 'in-line');
      await phone.press(`${story.base}/consent`);
      expect(await phone.get(story.base)).toMatchObject({ status: 303, location: `${story.base}/done` });
    });

    it('shows the page where the link has ended since', async () => {
      const phone = story.phone({ agent: AGENTS.line });
      const { location } = await phone.get(story.base);
      await phone.get(await line.logIn(await story.person(), location));
      await story.signIn(phone, 'left');
      await phone.press(`${story.base}/consent`);
      const [link] = (await app.request('GET', '/v1/members/left/links')).body.items;
      await app.request('DELETE', `/v1/links/${link.id}`);
      expect((await phone.get(story.base)).status).toBe(200);
    });

    it('that keeps no cookies ends at a page, not in a circle', async () => {
      const first = await story.phone({ agent: AGENTS.line }).get(story.base);
      const callback = await line.logIn(await story.person(), first.location);
      const answer = await story.phone({ agent: AGENTS.line }).get(callback);
      expect(answer.status).toBe(409);
    });
  });

  describe('is refused', () => {
    it('above sixty starts a minute from one address, for a while', async () => {
      const ip = '192.0.2.7';
      const starts = await Promise.all(Array.from({ length: 65 }, () => story.phone({ ip }).press(story.base)));
      expect(starts.filter(({ status }) => status === 303)).toHaveLength(60);
      const refused = starts.find(({ status }) => status === 429)!;
      expect(refused.body).toContain('混み合っています');
      expect(refused.headers['retry-after']).toBe('60');
      expect((await story.phone().press(story.base)).status).toBe(303);
      await story.wait(MINUTE);
      expect((await story.phone({ ip }).press(story.base)).status).toBe(303);
    }, 30_000);

    it('where the form was not one of ours', async () => {
      const phone = story.phone();
      await phone.get(story.base);
      for (const formToken of ['', 'x', 'A'.repeat(43)]) {
        const answer = await phone.post(`${story.base}/start`, { formToken });
        expect(answer).toMatchObject({ status: 403 });
        expect(answer.body).toContain('はじめからやり直す');
      }
      expect(phone.cookies.has('tsunagi_attempt')).toBe(false);
    });

    it('for a purpose that does not exist', async () => {
      const phone = story.phone();
      const { body } = await phone.get(story.base);
      const formToken = formTokenOf({ body });
      expect(await phone.post(`${story.base}/start`, { formToken, purpose: 'session' })).toMatchObject({ status: 400 });
    });
  });

  it('leaves its outcomes in the audit log, and nobody’s name or id', async () => {
    const userId = await story.person('friend', '目立つ名前');
    const phone = story.phone();
    await story.link(phone, userId, 'audited');
    const { id } = (await story.attemptOf(phone))!;
    const entries = await rows<{ action: string; details: object }>(
      sql`select action, details from audit_entries where subject = ${`link-attempts/${id}`} order by id`,
    );
    expect(entries).toEqual([
      { action: 'linking.attempt_started', details: { purpose: 'link', route: 'login' } },
      { action: 'linking.attempt_linked', details: { purpose: 'link', route: 'login', outcome: 'linked' } },
    ]);
    const all = await rows<{ text: string }>(sql`select details::text as text from audit_entries`);
    expect(all.filter(({ text }) => text.includes(userId) || text.includes('目立つ名前'))).toEqual([]);
  });
});
