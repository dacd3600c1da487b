import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, drainJobs, formTokenOf, testScope, type Browser, type Seen, type TestApp } from '#testing';
import { LinkingHttpModule, LinkingJobsModule } from '../linking.module.js';
import { linkPageModules, LinkPageStory } from '../pages/testing/link-page-story.js';
import { EmulatedLogin } from '../testing/emulated-login.js';

describe('Taking over by the page', () => {
  let app: TestApp;
  let line: EmulatedLogin;
  let story: LinkPageStory;

  beforeAll(async () => {
    const { clock } = testScope();
    line = await EmulatedLogin.start(clock.now());
    app = await createTestApp({
      imports: [...linkPageModules, LinkingHttpModule, LinkingJobsModule],
      clock,
      config: { lineApiBaseUrl: line.url, lineLoginBaseUrl: line.url },
    });
    story = await LinkPageStory.start(app, line);
  }, 60_000);

  afterAll(async () => {
    line.stop();
    await app.close();
  });

  let member: string;
  let oldUser: string;
  let newUser: string;
  let round = 0;

  beforeEach(async () => {
    member = `hana-${++round}`;
    oldUser = await story.person();
    newUser = await story.person();
    const phone = story.phone();
    await story.link(phone, oldUser, member);
    expect((await phone.get(`${story.base}/done`)).body).toContain('連携が完了しました');
  });

  /** Opens the takeover page and logs in at LINE. */
  async function logIn(userId: string): Promise<Browser> {
    const phone = story.phone();
    const { location } = await phone.press(`${story.base}/takeover`);
    const back = await phone.get(await line.logIn(userId, location));
    expect(back).toMatchObject({ status: 303, location: `${story.base}/takeover` });
    return phone;
  }

  const send = async (phone: Browser, fields: Record<string, string>) => {
    const page = await phone.get(`${story.base}/takeover`);
    return phone.post(`${story.base}/takeover`, { formToken: formTokenOf(page), ...fields });
  };
  const codeOn = ({ body }: Seen) => /<strong>(\w{10})<\/strong>/.exec(body)![1]!;
  const links = async () => (await app.request('GET', `/v1/members/${member}/links`)).body.items;

  async function moved(): Promise<void> {
    const code = codeOn(await send(await logIn(oldUser), { action: 'ask', member }));
    const phone = await logIn(newUser);
    await story.signIn(phone, member);
    await send(phone, { action: 'enter', code });
    expect(await phone.press(`${story.base}/takeover/confirm`)).toMatchObject({ location: `${story.base}/done` });
  }

  it('goes from the old account’s code to the new account’s done page', async () => {
    const asked = await send(await logIn(oldUser), { action: 'ask', member });
    expect(asked.status).toBe(200);
    expect(asked.body).toContain('大文字と小文字は区別されます');
    // What is missing is said before it matters.
    expect(asked.body).toContain('ログインIDとパスワードがまだ登録されていません');
    const phone = await logIn(newUser);
    const entered = await send(phone, { action: 'enter', code: codeOn(asked) });
    expect(entered).toMatchObject({ status: 303, location: `${story.base}/sign-in` });
    expect(await phone.get(`${story.base}/takeover/confirm`)).toMatchObject({ location: `${story.base}/sign-in` });
    await story.signIn(phone, member);
    const shown = await phone.get(`${story.base}/takeover/confirm`);
    expect(shown.body).toContain('引き継がれないもの');
    expect(shown.body).toContain(member);
    expect(await links()).toHaveLength(1);
    const done = await phone.pressOn(shown);
    expect(done).toMatchObject({ status: 303, location: `${story.base}/done` });
    expect((await phone.get(done.location)).body).toContain('引き継ぎが完了しました');
    expect(await links()).toMatchObject([
      { lineUserId: oldUser, endReason: 'taken_over' },
      { lineUserId: newUser, endedAt: null, route: 'login' },
    ]);
  });

  it('says a mistyped code is wrong, with the form still there', async () => {
    await send(await logIn(oldUser), { action: 'ask', member });
    const phone = await logIn(newUser);
    const wrong = await send(phone, { action: 'enter', code: 'A2bcdefghj' });
    expect(wrong.status).toBe(400);
    expect(wrong.body).toMatch(/role="alert"[^]*name="code"/);
  });

  it('tells the second of two who race that it is over', async () => {
    const code = codeOn(await send(await logIn(oldUser), { action: 'ask', member }));
    const phones = [];
    for (const user of [newUser, await story.person()]) {
      const phone = await logIn(user);
      await story.signIn(phone, member);
      await send(phone, { action: 'enter', code });
      phones.push({ phone, page: await phone.get(`${story.base}/takeover/confirm`) });
    }
    const ends = await Promise.all(phones.map(({ phone, page }) => phone.pressOn(page)));
    expect(ends.map(({ status }) => status).sort()).toEqual([303, 409]);
    expect(ends.find(({ status }) => status === 409)!.body).toContain('この引き継ぎコードは使えません');
  });

  it('shows nobody a code for a member of somebody else', async () => {
    const phone = await logIn(newUser);
    const answer = await send(phone, { action: 'ask', member });
    expect(answer.status).toBe(409);
    expect(answer.body).not.toMatch(/<strong>\w{10}<\/strong>/);
  });

  it('lets the old account object for a day, which operators see', async () => {
    await moved();
    const phone = await logIn(oldUser);
    const page = await phone.get(`${story.base}/takeover`);
    expect(page.body).toContain('連携が引き継がれました');
    expect((await phone.pressOn(page)).body).toContain('お店に知らせました');
    const { items } = (await app.request('GET', '/v1/takeovers?state=objected')).body;
    expect(items).toMatchObject([{ memberId: member, fromLineUserId: oldUser, objectedAt: expect.any(String) }]);
    // It is the operator who undoes.
    expect((await links()).at(-1)).toMatchObject({ lineUserId: newUser, endedAt: null });
    await app.request('POST', `/v1/takeovers/${items[0].id}/undo`);
    expect((await links()).at(-1)).toMatchObject({ lineUserId: oldUser, endedAt: null });
  });

  it('ends the old account’s consent at LINE when its day is over, and not before', async () => {
    const consents = async (userId: string) => {
      const answer = await fetch(`${line.url}/_emulator/login/grants?channelId=${line.lineChannelId}`);
      const { grants } = (await answer.json()) as { grants: { userId: string; consented: boolean }[] };
      return grants.find((grant) => grant.userId === userId)?.consented;
    };
    await moved();
    await drainJobs(app.nest);
    expect([await consents(oldUser), await consents(newUser)]).toEqual([true, true]);
    await story.wait(24 * 60 * 60_000);
    await drainJobs(app.nest);
    expect([await consents(oldUser), await consents(newUser)]).toEqual([false, true]);
  });

  it('takes no form that this browser was not shown', async () => {
    const phone = await logIn(oldUser);
    const forged = await phone.post(`${story.base}/takeover`, { action: 'ask', member, formToken: 'x' });
    expect(forged.status).toBe(403);
  });
});
