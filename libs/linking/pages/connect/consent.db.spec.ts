import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, sql } from '#database';
import { createTestApp, testScope, type Browser, type TestApp } from '#testing';
import { Attempts } from '../../attempts/attempts.service.js';
import { EmulatedLogin } from '../../testing/emulated-login.js';
import { DEFAULT_LINK_PAGE } from '../link-page.settings.js';
import { linkPageModules, LinkPageStory } from '../testing/link-page-story.js';

const MINUTE = 60_000;

describe('The consent', () => {
  let app: TestApp;
  let line: EmulatedLogin;
  let story: LinkPageStory;
  let members = 0;

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

  const consent = () => `${story.base}/consent`;
  /** Both sides proven. */
  const ready = async (name?: string): Promise<{ phone: Browser; memberId: string }> => {
    const phone = story.phone();
    await story.logIn(phone, await story.person('friend', name));
    const memberId = `member-${++members}`;
    await story.signIn(phone, memberId);
    return { phone, memberId };
  };
  const linksOf = async (memberId: string) =>
    (await app.request('GET', `/v1/members/${memberId}/links`)).body.items as object[];
  const consents = (memberId: string) =>
    app.get(Database).query(
      app.scope,
      sql`select c.version, c.text, c.privacy_policy_url as policy, c.lang, c.consented_at as at
            from link_consents c join members m on m.id = c.member_id where m.external_id = ${memberId}`,
    );

  it('names the LINE account and the wording, and is written down to the letter', async () => {
    const wording = { ja: '当店の規約に同意します。\n\n第2段落', en: 'I agree.' };
    await story.settings({ consentText: wording, privacyPolicyUrl: 'https://sakura.example/privacy' });
    const { phone, memberId } = await ready('<花子>');
    const page = await phone.get(consent());
    expect(page.body).toContain('「&lt;花子&gt;」');
    expect(page.body).toContain('<p>当店の規約に同意します。</p>');
    expect(page.body).toContain('href="https://sakura.example/privacy"');
    expect(await linksOf(memberId)).toEqual([]);
    await phone.pressOn(page);
    expect(await linksOf(memberId)).toHaveLength(1);
    expect(await consents(memberId)).toEqual([
      {
        version: expect.stringMatching(/^[0-9a-f]{16}$/),
        text: wording.ja,
        policy: 'https://sakura.example/privacy',
        lang: 'ja',
        at: app.scope.clock.now(),
      },
    ]);
  });

  it('has a version that follows the wording, and another wording is shown again before it counts', async () => {
    const { phone, memberId } = await ready();
    const before = await phone.get(consent());
    await story.settings({ consentText: { ja: '新しい規約', en: 'New terms' } });
    const again = await phone.pressOn(before);
    expect(again.status).toBe(200);
    expect(again.body).toContain('新しい規約');
    expect(await linksOf(memberId)).toEqual([]);
    await phone.pressOn(again);
    expect(await consents(memberId)).toMatchObject([{ text: '新しい規約' }]);
  });

  it('in English is to the English wording', async () => {
    const { phone, memberId } = await ready();
    await phone.press(`${consent()}?lang=en`);
    expect(await consents(memberId)).toMatchObject([{ lang: 'en', text: expect.stringContaining('linked') }]);
  });

  it('given ten times at once counts once, and everybody sees the end', async () => {
    const { phone, memberId } = await ready();
    const page = await phone.get(consent());
    const answers = await Promise.all(Array.from({ length: 10 }, () => phone.pressOn(page)));
    expect(new Set(answers.map(({ status, location }) => `${status} ${location}`))).toEqual(
      new Set([`303 ${story.base}/done`]),
    );
    expect(await linksOf(memberId)).toHaveLength(1);
    expect(await consents(memberId)).toHaveLength(1);
    expect((await phone.get(`${story.base}/done`)).body).toContain('連携が完了しました');
  });

  it('for a member who is another one by now is not taken', async () => {
    const { phone } = await ready();
    const page = await phone.get(consent());
    const attempt = (await story.attemptOf(phone))!;
    const other = await story.member('somebody-else');
    const switched = app.get(Attempts).memberProven(app.scope, attempt.id, { memberId: other, proof: 'hosted' });
    const [, answer] = await Promise.all([switched, phone.pressOn(page)]);
    expect(answer.status).toBe(303);
    const linked = await linksOf('somebody-else');
    const state = (await story.attemptOf(phone))!.state;
    // Whoever came first: a link exists only for the member whom the attempt names.
    expect(linked).toHaveLength(state === 'linked' ? linked.length : 0);
  });

  it('cannot be forged from another site, nor with the form of another attempt', async () => {
    const [mine, theirs] = [await ready(), await ready()];
    const foreign = await theirs.phone.get(consent());
    expect((await mine.phone.pressOn(foreign)).status).toBe(403);
    expect((await mine.phone.post(consent(), {})).status).toBe(403);
    const before = await mine.phone.get(consent());
    // The same browser has begun anew meanwhile.
    await mine.phone.pressOn(await mine.phone.get(consent()), 1);
    await mine.phone.press(story.base);
    expect((await mine.phone.pressOn(before)).status).toBe(403);
    expect(await linksOf(mine.memberId)).toEqual([]);
  });

  it('is not asked for before its time: the browser goes where it is awaited', async () => {
    const phone = story.phone();
    await phone.press(story.base);
    expect(await phone.get(consent())).toMatchObject({ status: 303, location: story.base });
    await story.logIn(phone, await story.person());
    expect(await phone.get(consent())).toMatchObject({ status: 303, location: `${story.base}/sign-in` });
  });

  it('can be declined, which ends it', async () => {
    const { phone, memberId } = await ready();
    const declined = await phone.press(consent(), 1);
    expect(declined).toMatchObject({ status: 303, location: `${story.base}/done` });
    expect((await phone.get(declined.location)).body).toContain('連携を中止しました');
    expect(await phone.get(consent())).toMatchObject({ location: `${story.base}/done` });
    expect(await linksOf(memberId)).toEqual([]);
  });

  it('after the time is over is not taken', async () => {
    const { phone, memberId } = await ready();
    const page = await phone.get(consent());
    await story.wait(31 * MINUTE);
    const late = await phone.pressOn(page);
    expect(late.status).toBe(410);
    expect(late.body).toContain('手続きの有効期限が切れました');
    expect((await phone.get(`${story.base}/done`)).body).toContain('手続きの有効期限が切れました');
    expect(await linksOf(memberId)).toEqual([]);
  });

  describe('and the end', () => {
    it('shows the way into the my-page, and that the link can be ended', async () => {
      await story.settings({
        memberPageUrl: 'https://sakura.example/my',
        texts: { ja: { done: 'ありがとうございます', memberPage: '契約を見る' } },
      });
      const { phone } = await ready();
      const { location } = await phone.press(consent());
      const { body } = await phone.get(location);
      expect(body).toContain('ありがとうございます');
      expect(body).toContain('href="https://sakura.example/my"');
      expect(body).toContain('契約を見る');
      expect(body).toContain('いつでも解除できます');
    });

    it('is the link page for a browser that has begun nothing', async () => {
      for (const path of ['/done', '/status']) {
        expect(await story.phone().get(story.base + path)).toMatchObject({ status: 303, location: story.base });
      }
      expect((await story.phone().get(consent())).status).toBe(409);
    });

    it('is reached by itself where everything is there and a process died before it', async () => {
      const { phone, memberId } = await ready();
      const { id } = (await story.attemptOf(phone))!;
      await app.get(Attempts).consented(app.scope, id, '1');
      expect((await phone.get(`${story.base}/done`)).body).toContain('連携が完了しました');
      expect(await linksOf(memberId)).toHaveLength(1);
    });
  });

  describe('and LINE’s dialog', () => {
    it('is waited for on a page that goes on by itself, until the time is over', async () => {
      const [userId, memberId] = [await story.person(), await story.member('by-dialog')];
      const lineUserId = await story.lineUser(userId);
      const attempts = app.get(Attempts);
      const given = { channelId: story.channelId, purpose: 'link', route: 'account_link', linkToken: 't' } as const;
      const { attempt, ticket } = await attempts.begin(app.scope, { ...given, lineUserId });
      const { browserSecret } = (await attempts.open(app.scope, story.channelId, ticket))!;
      const phone = story.phone();
      phone.cookies.set('tsunagi_attempt', `${attempt.id}.${browserSecret}`);
      await attempts.memberProven(app.scope, attempt.id, { memberId, proof: 'hosted' });
      expect(await phone.press(consent())).toMatchObject({ location: `${story.base}/hand-over` });
      expect(await linksOf('by-dialog')).toEqual([]);
      await attempts.handOver(app.scope, attempt.id);
      const waiting = await phone.get(`${story.base}/status`);
      expect(waiting.body).toContain('<meta http-equiv="refresh" content="3" />');
      await story.wait(10 * MINUTE);
      const over = await phone.get(`${story.base}/status`);
      expect(over.location).toBe(`${story.base}/done`);
      expect((await phone.get(over.location)).body).toContain('手続きの有効期限が切れました');
    });
  });
});
