import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestApp, type TestApp } from '#testing';
import { Passwords } from '#workspaces';
import { Attempts } from '../attempts/attempts.service.js';
import { Logins } from './logins/logins.service.js';
import { SignInStory, signInModules } from './testing/sign-in-story.js';

const PASSWORD = 'rainy days in june';

describe('our own sign-in', () => {
  let app: TestApp;
  let owner: pg.Client;
  let story: SignInStory;
  let addresses = 0;

  beforeAll(async () => {
    app = await createTestApp({ imports: signInModules });
    owner = new pg.Client(app.ownerUrl);
    await owner.connect();
    story = await SignInStory.start(app, (id) =>
      owner.query('update channels set verified_at = now() where id = $1', [id]),
    );
  });

  afterAll(async () => {
    await owner.end();
    await app.close();
  });

  let made = 0;
  const member = async (login: object = {}) => {
    const id = `m${++made}`;
    await story.member(id);
    const body = { loginId: `login.${id}`, password: PASSWORD, ...login };
    expect((await app.request('PUT', `/v1/members/${id}/login`, { body })).status).toBe(200);
    return { id, loginId: body.loginId };
  };
  /** A person at a network address of their own. */
  const person = () => story.onTheWay(`10.1.0.${++addresses}`);
  const page = () => `${story.base}/sign-in`;
  const provenOn = async (id: string) => {
    const { rows } = await owner.query('select member_id, proof from link_attempts where id = $1', [id]);
    return rows[0] as { member_id: string | null; proof: string | null };
  };
  const audited = async (action: string) =>
    (await owner.query('select 1 from audit_entries where action = $1', [action])).rowCount!;

  it('shows a form that anybody can use without a script, and lets the right one through', async () => {
    const { id, loginId } = await member();
    const { browser, attempt } = await person();
    const shown = await browser.get(page());
    expect(shown.status).toBe(200);
    expect(shown.body).toContain('<html lang="ja">');
    expect(shown.body).toMatch(/<label for="password">/);
    expect(shown.body).toMatch(/autocomplete="current-password"/);
    expect(shown.body).not.toContain('<script');
    expect(shown.headers).toMatchObject({ 'cache-control': 'no-store', 'referrer-policy': 'no-referrer' });
    const before = await audited('linking.signed_in');
    const answer = await browser.press(page(), 0, { loginId: ` ${loginId.toUpperCase()} `, password: PASSWORD });
    expect(answer).toMatchObject({ status: 303, location: `${story.base}/consent` });
    expect(await provenOn(attempt.id)).toEqual({
      member_id: await app.get(Logins).memberOf(app.scope, id),
      proof: 'hosted',
    });
    expect(await audited('linking.signed_in')).toBe(before + 1);
  });

  it('says which visitor of the company’s pages has signed in, by the cookie on the company’s own host', async () => {
    const host = 'line.shop.example';
    await story.settings({ host });
    const [visitorId, other] = ['v'.repeat(22), 'w'.repeat(22)];
    const { id, loginId } = await member();
    const signIn = async (cookie: string, reached: object, password = PASSWORD) => {
      const { browser } = await story.onTheWay(`10.1.0.${++addresses}`, reached);
      browser.cookies.set('tsunagi_visitor', cookie);
      await browser.press(`${page()}?visitor=${other}&visitorId=${other}`, 0, { loginId, password, visitorId: other });
    };
    await signIn(visitorId, { host }, 'not the right one');
    await signIn(visitorId, {});
    await signIn('made up', { host });
    await signIn(visitorId, { host });
    const { rows } = await owner.query(`select payload from outbox where job = 'linking.visitor_recognised'`);
    const memberId = await app.get(Logins).memberOf(app.scope, id);
    expect(rows).toEqual([{ payload: { workspaceId: app.scope.workspaceId, memberId, visitorId } }]);
    await story.settings({ host: null });
  });

  it('speaks English to those who like it better', async () => {
    const { browser } = await person();
    expect((await browser.get(`${page()}?lang=en`)).body).toContain('Forgot your password?');
  });

  it('says the same to a wrong login id, a wrong password, and a login without a password', async () => {
    const { loginId } = await member();
    const bare = await member({ password: undefined });
    const bodies: string[] = [];
    for (const typed of [
      { loginId, password: 'not the right one' },
      { loginId: 'nobody.at.all', password: PASSWORD },
      { loginId: bare.loginId, password: PASSWORD },
      { loginId: bare.loginId, password: '' },
      { loginId: '', password: PASSWORD },
      { loginId: 'x\u0001', password: 'x'.repeat(300) },
    ]) {
      const { browser, attempt } = await person();
      const shown = await browser.press(page(), 0, typed);
      expect(shown.status).toBe(403);
      expect(shown.headers['www-authenticate']).toBeUndefined();
      expect(await provenOn(attempt.id)).toEqual({ member_id: null, proof: null });
      bodies.push(shown.body.replace(/value="[^"]*"/g, ''));
    }
    expect(new Set(bodies).size).toBe(1);
    expect(bodies[0]).toContain('ログインIDまたはパスワードが正しくありません。');
  });

  it('does the work of one Argon2id, be there a password to compare with or not', async () => {
    const { loginId } = await member();
    const bare = await member({ password: undefined });
    const passwords = app.get(Passwords);
    const original = passwords.verify.bind(passwords);
    const work: string[] = [];
    passwords.verify = async (password, stored) => {
      const started = performance.now();
      const right = await original(password, stored);
      // Less than a millisecond would be no Argon2id of 19 MiB on any machine.
      work.push(performance.now() - started > 1 ? 'worked' : 'skipped');
      return right;
    };
    try {
      for (const typed of [loginId, 'nobody.here', bare.loginId, '', 'x\u0001']) {
        const { browser } = await person();
        await browser.press(page(), 0, { loginId: typed, password: 'wrong but long enough' });
      }
    } finally {
      passwords.verify = original;
    }
    expect(work).toEqual(Array.from({ length: 5 }, () => 'worked'));
  });

  it('makes who guesses at one login id wait longer and longer, from wherever, and never for ever', async () => {
    const { loginId } = await member();
    const guess = async (password: string) => (await person()).browser.press(page(), 0, { loginId, password });
    for (let i = 0; i < 5; i++) expect((await guess('wrong wrong')).status).toBe(403);
    const late = await guess(PASSWORD);
    expect(late.status).toBe(429);
    expect(late.body).toContain('約1分後');
    app.scope.clock.advance(15 * 60_000);
    expect((await guess(PASSWORD)).status).toBe(303);
    expect((await guess('wrong wrong')).status).toBe(403);
  });

  it('makes one network address wait, whichever login ids it tries, and nobody else', async () => {
    const { loginId } = await member();
    const statuses: number[] = [];
    const { browser } = await story.onTheWay('203.0.113.9');
    for (let i = 0; i < 22; i++) {
      statuses.push((await browser.press(page(), 0, { loginId: `nobody${i}`, password: 'wrong wrong' })).status);
    }
    expect(statuses.filter((status) => status === 403)).toHaveLength(20);
    expect(statuses.at(-1)).toBe(429);
    expect((await (await person()).browser.press(page(), 0, { loginId, password: PASSWORD })).status).toBe(303);
  }, 30_000);

  it('lets many at once get no further than one after the other', async () => {
    const { loginId } = await member();
    const ways = await Promise.all(Array.from({ length: 12 }, () => person()));
    const answers = await Promise.all(
      ways.map(({ browser }) => browser.press(page(), 0, { loginId, password: 'wrong wrong' })),
    );
    expect(answers.filter(({ status }) => status === 403)).toHaveLength(5);
    expect(answers.filter(({ status }) => status === 429)).toHaveLength(7);
  });

  it('lets no more guesses through where two processes are asked at once', async () => {
    const { databaseUrl } = app.config;
    const other = await createTestApp({ imports: signInModules, clock: app.scope.clock, config: { databaseUrl } });
    try {
      const { loginId } = await member();
      const sites = Array.from({ length: 16 }, (_, n) => [app, other][n % 2]!.nest);
      const ways = await Promise.all(sites.map((site) => story.onTheWay(`10.2.0.${++addresses}`, { site })));
      const answers = await Promise.all(
        ways.map(({ browser }) => browser.press(page(), 0, { loginId, password: 'wrong wrong' })),
      );
      expect(answers.filter(({ status }) => status === 403)).toHaveLength(5);
      expect(answers.filter(({ status }) => status === 429)).toHaveLength(11);
    } finally {
      await other.close();
    }
  }, 60_000);

  it('knows a login id in its own workspace only', async () => {
    const { loginId } = await member();
    const other = await app.workspace();
    await app.request('PUT', '/v1/members/x', { body: {}, key: other.key });
    const body = { loginId, password: 'quite another password' };
    await app.request('PUT', '/v1/members/x/login', { body, key: other.key });
    const typed = { loginId, password: 'quite another password' };
    expect((await (await person()).browser.press(page(), 0, typed)).status).toBe(403);
  });

  it('takes no form that it has not shown to this browser', async () => {
    const { loginId } = await member();
    const { browser } = await person();
    expect((await browser.post(page(), { loginId, password: PASSWORD })).status).toBe(403);
    const stolen = { loginId, password: PASSWORD, formToken: 'x'.repeat(43) };
    const answer = await browser.post(page(), stolen);
    expect(answer).toMatchObject({ status: 403, location: '' });
  });

  it('is for browsers on their way only, and goes on where nothing is asked any more', async () => {
    const { loginId } = await member();
    expect((await story.browser().get(page())).status).toBe(409);
    const { browser, attempt } = await person();
    await app.get(Attempts).cancel(app.scope, attempt.id);
    expect((await browser.get(page())).status).toBe(409);
    const consented = await person();
    await consented.browser.press(page(), 0, { loginId, password: PASSWORD });
    await app.get(Attempts).consented(app.scope, consented.attempt.id, '1');
    expect(await consented.browser.get(page())).toMatchObject({ status: 303, location: `${story.base}/done` });
  });

  it('is not where the company signs its members in', async () => {
    const { loginId } = await member();
    const { browser, attempt } = await person();
    const form = await browser.get(page());
    await story.settings({ signIn: { kind: 'company', url: 'https://shop.example/sign-in' } });
    try {
      const answer = await browser.pressOn(form, 0, { loginId, password: PASSWORD });
      expect(answer).toMatchObject({ status: 303, location: page() });
      expect(await provenOn(attempt.id)).toEqual({ member_id: null, proof: null });
    } finally {
      await story.settings({ signIn: { kind: 'hosted' } });
    }
  });

  it('writes what was typed as text', async () => {
    const { browser } = await person();
    const evil = `"><img src=x onerror=alert(1)>`;
    const { body } = await browser.press(page(), 0, { loginId: evil, password: evil });
    expect(body).not.toContain('<img');
    expect(body.match(/onerror/g)).toHaveLength(1);
  });

  it('counts refusals of known members in the audit, without what was typed', async () => {
    const { loginId } = await member();
    const before = await audited('linking.sign_in_refused');
    await (await person()).browser.press(page(), 0, { loginId, password: 'my dog is called Momo' });
    // The entry is written after the answer, on a connection of its own.
    while ((await audited('linking.sign_in_refused')) === before) await new Promise(setImmediate);
    const { rows } = await owner.query(`select string_agg(e::text, '') as audit from audit_entries e`);
    expect(rows[0].audit).not.toMatch(/Momo|login\.m\d/);
  });
});
