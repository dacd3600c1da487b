import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, drainJobs, formTokenOf, testScope, type Browser, type TestApp } from '#testing';
import { LinkingHttpModule, LinkingJobsModule } from '../linking.module.js';
import { linkPageModules, LinkPageStory } from '../pages/testing/link-page-story.js';
import { EmulatedLogin } from '../testing/emulated-login.js';

describe('Unlinking by the page', () => {
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
  let user: string;
  let round = 0;

  beforeEach(async () => {
    member = `hana-${++round}`;
    user = await story.person();
    await story.link(story.phone(), user, member);
  });

  async function logIn(userId: string): Promise<Browser> {
    const phone = story.phone();
    const { location } = await phone.press(`${story.base}/unlink`);
    const back = await phone.get(await line.logIn(userId, location));
    expect(back).toMatchObject({ status: 303, location: `${story.base}/unlink` });
    return phone;
  }

  const links = async () => (await app.request('GET', `/v1/members/${member}/links`)).body.items;
  async function consented(whose: string): Promise<boolean> {
    const answer = await fetch(`${line.url}/_emulator/login/grants?channelId=${line.lineChannelId}`);
    const { grants } = (await answer.json()) as { grants: { userId: string; consented: boolean }[] };
    return grants.find(({ userId }) => userId === whose)!.consented;
  }
  /** Ticks all boxes, or those of these ids, and presses the button. */
  async function end(phone: Browser, only?: string[]) {
    const { body } = await phone.get(`${story.base}/unlink`);
    const ids = Array.from(body.matchAll(/name="link-(\d+)"/g), ([, id]) => id!).filter(
      (id) => only?.includes(id) ?? true,
    );
    const formToken = formTokenOf({ body });
    const fields = Object.fromEntries(ids.map((id) => [`link-${id}`, 'on']));
    return phone.post(`${story.base}/unlink`, { formToken, ...fields });
  }

  it('ends the link after the person has seen which, and tells LINE', async () => {
    const phone = await logIn(user);
    const page = await phone.get(`${story.base}/unlink`);
    expect(page.body).toContain(member);
    expect(await links()).toMatchObject([{ endedAt: null }]);
    const done = await end(phone);
    expect(done).toMatchObject({ status: 303, location: `${story.base}/done` });
    expect((await phone.get(done.location)).body).toContain('連携を解除しました');
    expect(await links()).toMatchObject([{ endReason: 'unlinked_on_page' }]);
    await drainJobs(app.nest);
    expect(await consented(user)).toBe(false);
  });

  it('tells LINE also where the link had come about without a login', async () => {
    const imported = await story.person();
    const links = [{ memberId: member, lineUserId: imported, role: 'user' }];
    await app.request('POST', '/v1/links/batch', { body: { channelId: story.channelId, links } });
    await end(await logIn(imported));
    expect(await consented(imported)).toBe(true);
    await drainJobs(app.nest);
    expect(await consented(imported)).toBe(false);
  });

  it('ends what was chosen and leaves the rest', async () => {
    const more = [{ memberId: member, lineUserId: user, role: 'user' }];
    await app.request('POST', '/v1/links/batch', { body: { channelId: story.channelId, links: more } });
    const [first] = await links();
    await end(await logIn(user), [first.id]);
    expect(await links()).toMatchObject([{ endReason: 'unlinked_on_page' }, { endedAt: null, role: 'user' }]);
  });

  it('asks to choose where nothing was', async () => {
    const answer = await end(await logIn(user), []);
    expect(answer.status).toBe(400);
    expect(answer.body).toContain('1つ以上選んでください');
    expect(await links()).toMatchObject([{ endedAt: null }]);
  });

  it('ends no link of somebody else', async () => {
    const stranger = await story.person();
    await story.link(story.phone(), stranger, `${member}-other`);
    const phone = await logIn(stranger);
    const { body } = await phone.get(`${story.base}/unlink`);
    const formToken = formTokenOf({ body });
    const [mine] = await links();
    const answer = await phone.post(`${story.base}/unlink`, { formToken, [`link-${mine.id}`]: 'on' });
    expect(answer).toMatchObject({ status: 303, location: `${story.base}/done` });
    expect(await phone.get(answer.location)).toMatchObject({ location: `${story.base}/unlink` });
    expect(await links()).toMatchObject([{ endedAt: null }]);
  });

  it('tells who is not linked that there is nothing to do', async () => {
    const phone = await logIn(await story.person());
    expect((await phone.get(`${story.base}/unlink`)).body).toContain('連携されていません');
  });

  it('comes to the same end for ten taps', async () => {
    const phone = await logIn(user);
    const { body } = await phone.get(`${story.base}/unlink`);
    const formToken = formTokenOf({ body });
    const [mine] = await links();
    const taps = Array.from({ length: 10 }, () =>
      phone.post(`${story.base}/unlink`, { formToken, [`link-${mine.id}`]: 'on' }),
    );
    for (const { status } of await Promise.all(taps)) expect(status).toBe(303);
    expect(await links()).toMatchObject([{ endReason: 'unlinked_on_page' }]);
  });
});
