import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, sql } from '#database';
import { createTestApp, testScope, type TestApp } from '#testing';
import { linkPageModules, LinkPageStory } from '../pages/testing/link-page-story.js';
import { EmulatedLogin } from '../testing/emulated-login.js';

const MINUTE = 60_000;

describe('LINE Login from the link page', () => {
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

  it('links a member, from the button to the done page', async () => {
    const phone = story.phone();
    const back = await story.logIn(phone, await story.person());
    expect(back).toMatchObject({ status: 303, location: `${story.base}/sign-in` });
    await story.signIn(phone, 'm1');
    const done = await phone.press(`${story.base}/consent`);
    expect(done).toMatchObject({ status: 303, location: `${story.base}/done` });
    expect((await phone.get(done.location)).body).toContain('連携が完了しました');
    const { body } = await app.request('GET', '/v1/members/m1');
    expect(body).toMatchObject({ linked: true, friendState: 'friend' });
  });

  describe('asks LINE', () => {
    const asked = async () => {
      const phone = story.phone({ headers: { 'accept-language': 'en' } });
      const { location } = await phone.press(story.base);
      return { phone, url: new URL(location), query: Object.fromEntries(new URL(location).searchParams) };
    };

    it('with state, nonce, PKCE by S256, the friend page and the language', async () => {
      const { query, url } = await asked();
      expect(`${url.origin}${url.pathname}`).toBe(`${line.url}/oauth2/v2.1/authorize`);
      expect(query).toEqual({
        response_type: 'code',
        client_id: line.login.channelId,
        redirect_uri: `http://localhost:3000${story.base}/callback`,
        scope: 'openid profile',
        state: expect.stringMatching(/^[\w-]{43}$/),
        nonce: expect.stringMatching(/^[\w-]{43}$/),
        code_challenge: expect.stringMatching(/^[\w-]{43}$/),
        code_challenge_method: 'S256',
        bot_prompt: 'aggressive',
        ui_locales: 'en',
      });
    });

    it('with others each time, of which nothing is stored in clear', async () => {
      const [one, two] = [await asked(), await asked()];
      for (const name of ['state', 'nonce', 'code_challenge']) expect(one.query[name]).not.toBe(two.query[name]);
      const [stored] = await rows<{ row: string }>(
        sql`select to_jsonb(a)::text as row from link_attempts a where id = ${(await story.attemptOf(one.phone))!.id}`,
      );
      const state = one.query.state!;
      const secret = one.phone.cookies.get('tsunagi_attempt')!.split('.')[1]!;
      for (const known of [state, one.query.nonce!, secret]) {
        expect(stored!.row).not.toContain(known);
        expect(stored!.row).not.toContain(Buffer.from(known).toString('hex'));
      }
      expect(stored!.row).toContain(createHash('sha256').update(state).digest('hex'));
    });
  });

  describe('that somebody else has begun', () => {
    it('proves nothing in a browser that has begun nothing', async () => {
      const attacker = story.phone();
      const callback = await story.toLineAndBack(attacker, await story.person());
      const victim = story.phone();
      const answer = await victim.get(callback);
      expect(answer.status).toBe(409);
      expect(answer.body).toContain('手続きの続きが見つかりません');
      expect(victim.cookies.has('tsunagi_attempt')).toBe(false);
      expect(await attacker.get(callback)).toMatchObject({ location: `${story.base}/sign-in` });
    });

    it('proves nothing in a browser on a way of its own, which goes on', async () => {
      const [attacker, victim] = [story.phone(), story.phone()];
      const stolen = await story.toLineAndBack(attacker, await story.person('friend', '攻撃者'));
      await victim.press(story.base);
      const answer = await victim.get(stolen);
      const again = new URL(answer.location);
      expect(again.searchParams.get('disable_auto_login')).toBe('true');
      expect((await story.attemptOf(victim))?.lineUserId).toBeUndefined();
      const back = await victim.get(await line.logIn(await story.person('friend', '本人'), answer.location));
      expect(back.location).toBe(`${story.base}/sign-in`);
      expect((await story.attemptOf(victim))?.lineDisplayName).toBe('本人');
    });
  });

  describe('that comes back', () => {
    it('ten times at once goes on once, and the others wait for that one', async () => {
      const phone = story.phone();
      const callback = await story.toLineAndBack(phone, await story.person());
      const before = await line.answers('login.token');
      const answers = await Promise.all(Array.from({ length: 10 }, () => phone.get(callback)));
      const places = answers.map(({ location }) => location.replace(story.base, ''));
      // Who comes when the first one is through goes on with it; nobody is sent to LINE again.
      expect(places.filter((place) => place !== '/status' && place !== '/sign-in')).toEqual([]);
      expect(places).toContain('/sign-in');
      expect(await line.answers('login.token')).toEqual({ ...before, 200: (before[200] ?? 0) + 1 });
      expect(await phone.get(`${story.base}/status`)).toMatchObject({ location: `${story.base}/sign-in` });
    });

    it('a second time just goes on', async () => {
      const phone = story.phone();
      const callback = await story.toLineAndBack(phone, await story.person());
      await phone.get(callback);
      expect(await phone.get(callback)).toMatchObject({ status: 303, location: `${story.base}/sign-in` });
    });

    it('with a wrong state begins again once without automatic login, and is never sent in circles', async () => {
      const phone = story.phone();
      await phone.press(story.base);
      const wrong = `${story.base}/callback?code=x&state=${'A'.repeat(43)}`;
      const first = await phone.get(wrong);
      expect(new URL(first.location).searchParams.get('disable_auto_login')).toBe('true');
      const second = await phone.get(wrong);
      expect(second.status).toBe(400);
      expect(second.body).toContain('LINEでの確認ができませんでした');
      expect(second.body).toContain(`href="${story.base}"`);
    });

    it('cancelled says so, with the way on', async () => {
      const phone = story.phone();
      const back = await story.logIn(phone, await story.person(), { cancel: true });
      const page = await phone.get(back.location);
      expect(page.body).toContain('連携を中止しました');
      expect(page.body).toContain(`href="${story.base}"`);
      expect(await story.attemptOf(phone)).toMatchObject({ state: 'cancelled' });
    });

    it('with an error of LINE’s has failed', async () => {
      const phone = story.phone();
      const { location } = await phone.press(story.base);
      const state = new URL(location).searchParams.get('state')!;
      const back = await phone.get(`${story.base}/callback?error=SERVER_ERROR&state=${state}`);
      expect((await phone.get(back.location)).body).toContain('LINEでの確認ができませんでした');
    });

    it.each(['', '?state=', '?state=a&state=b', '?code=x', '?error=ACCESS_DENIED', '?state=%00'])(
      'as callback%s proves nothing and breaks nothing',
      async (query) => {
        const phone = story.phone();
        expect((await phone.get(`${story.base}/callback${query}`)).status).toBe(409);
        await phone.press(story.base);
        expect((await phone.get(`${story.base}/callback${query}`)).status).toBe(303);
        expect((await story.attemptOf(phone))?.lineUserId).toBeUndefined();
      },
    );

    it('with a code that LINE refuses has failed', async () => {
      const phone = story.phone();
      const callback = new URL(await story.toLineAndBack(phone, await story.person()));
      callback.searchParams.set('code', 'stolen');
      const back = await phone.get(callback.href);
      expect((await phone.get(back.location)).body).toContain('LINEでの確認ができませんでした');
      expect(await story.attemptOf(phone)).toMatchObject({ state: 'failed', failure: 'linking.login_failed' });
    });

    it('while LINE gives no answer has failed, and can begin again', async () => {
      const phone = story.phone();
      const callback = await story.toLineAndBack(phone, await story.person());
      await line.fault({ kind: 'before500', endpoint: 'login.token', times: 1 });
      const back = await phone.get(callback);
      await line.clearFaults();
      expect((await phone.get(back.location)).body).toContain('LINEに接続できませんでした');
      const again = await story.logIn(phone, await story.person());
      expect(again.location).toBe(`${story.base}/sign-in`);
    });

    it('after the time is over says so', async () => {
      const phone = story.phone();
      const callback = await story.toLineAndBack(phone, await story.person());
      await story.wait(31 * MINUTE);
      const answer = await phone.get(callback);
      expect(answer.status).toBe(410);
      expect(answer.body).toContain('手続きの有効期限が切れました');
      expect((await phone.get(story.base)).body).toContain('制限時間');
    });
  });
});
