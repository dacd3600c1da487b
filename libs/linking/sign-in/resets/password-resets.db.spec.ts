import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { sha256 } from '#kernel';
import { createTestApp, drainJobs, formTokenOf, type Browser, type TestApp } from '#testing';
import { LinkPages } from '../../pages/link-pages.service.js';
import { letterOf, type Letter } from '../testing/letter.js';
import { SignInStory, signInModules } from '../testing/sign-in-story.js';

const PASSWORD = 'rainy days in june';
const NEW = 'sunny days in july';
const MINUTE = 60_000;

describe('a forgotten password', () => {
  let app: TestApp;
  let owner: pg.Client;
  let story: SignInStory;
  let dataDir: string;

  beforeAll(async () => {
    dataDir = mkdtempSync(join(tmpdir(), 'tsunagi-resets-'));
    app = await createTestApp({ imports: signInModules, config: { dataDir } });
    owner = new pg.Client(app.ownerUrl);
    await owner.connect();
    story = await SignInStory.start(app, (id) =>
      owner.query('update channels set verified_at = now() where id = $1', [id]),
    );
  });

  afterAll(async () => {
    await owner.end();
    await app.close();
    rmSync(dataDir, { recursive: true });
  });

  afterEach(() => {
    rmSync(join(dataDir, 'mail'), { recursive: true, force: true });
    app.scope.clock.advance(2 * 60 * MINUTE);
  });

  let made = 0;
  const member = async (profile: object = {}) => {
    const id = `m${++made}`;
    await story.member(id, { email: `${id}@shop.example`, ...profile });
    const body = { loginId: `login.${id}`, password: PASSWORD };
    await app.request('PUT', `/v1/members/${id}/login`, { body });
    return { id, loginId: body.loginId };
  };
  const state = async (id: string) => (await app.request('GET', `/v1/members/${id}/login`)).body;
  let addresses = 0;
  const browser = (lang?: string) => story.browser(`10.2.0.${++addresses}`, { lang });
  const ask = (loginId: string, by = browser()) => by.press(`${story.base}/reset`, 0, { loginId });
  const set = (by: Browser, path: string, password = NEW, again = password) => by.press(path, 0, { password, again });
  const signIn = async (loginId: string, password: string) => {
    const { browser: by } = await story.onTheWay(`10.3.0.${++addresses}`);
    return (await by.press(`${story.base}/sign-in`, 0, { loginId, password })).status;
  };
  /** What was mailed, the oldest first. */
  const mailed = async (): Promise<Letter[]> => {
    await drainJobs(app.nest);
    const folder = join(dataDir, 'mail');
    const names = readdirSync(dataDir).includes('mail') ? readdirSync(folder).sort() : [];
    return names.map((name) => letterOf(readFileSync(join(folder, name), 'utf8')));
  };
  const link = async (loginId: string) => {
    await ask(loginId);
    return (await mailed()).at(-1)!.path;
  };

  it('is set anew by a link in a mail, which proves the address', async () => {
    const { id, loginId } = await member();
    expect((await ask(loginId)).body).toContain('メールをご確認ください');
    const letters = await mailed();
    expect(letters).toMatchObject([{ to: `${id}@shop.example`, subject: '【さくら商店】パスワードの再設定' }]);
    expect(letters[0]!.path).toMatch(new RegExp(`^${story.base}/reset/[\\w-]{43}$`));
    const by = browser();
    expect((await by.get(letters[0]!.path)).body).toContain('新しいパスワード');
    expect(await set(by, letters[0]!.path)).toMatchObject({
      status: 200,
      body: expect.stringContaining('LINEに戻って'),
    });
    expect([await signIn(loginId, PASSWORD), await signIn(loginId, NEW)]).toEqual([403, 303]);
    const now = app.scope.clock.now().toISOString();
    expect(await state(id)).toMatchObject({ passwordSetAt: now, emailVerifiedAt: now, warnings: [] });
    await story.member(id, { email: 'another@shop.example' });
    expect(await state(id)).toMatchObject({ emailVerifiedAt: null, warnings: ['email_not_verified'] });
  });

  it('is mailed in the language of the page that asked, to an address of the company’s own host', async () => {
    const { loginId } = await member();
    await story.settings({ host: 'line.shop.example' });
    try {
      await ask(loginId, browser('en'));
      const [letter] = await mailed();
      expect(letter).toMatchObject({ subject: 'さくら商店: set a new password' });
      expect(letter!.text).toContain(`http://line.shop.example${story.base}/reset/`);
      const page = await app.get(LinkPages).of(app.scope, story.channelId);
      expect(letter!.text).toContain(app.get(LinkPages).addressOf(page, story.channelId));
    } finally {
      await story.settings({ host: null });
    }
  });

  it('gets the same answer, and leaves the same trail, whether the login id is known or not', async () => {
    const { loginId } = await member();
    const mute = await member({ email: null });
    const bodies: string[] = [];
    const rows: unknown[] = [];
    for (const typed of [loginId, 'nobody.at.all', mute.loginId, '', 'x\u0001']) {
      const answer = await ask(typed);
      bodies.push(`${answer.status} ${answer.body}`);
      const { rows: found } = await owner.query(`select job, lane, payload from outbox where job <> 'members.changed'`);
      rows.push(found.map(({ payload, ...row }) => ({ ...row, ...payload, memberId: 'one or none' })));
      expect((await mailed()).length).toBe(1);
    }
    expect(new Set(bodies).size).toBe(1);
    expect(rows).toEqual(Array.from({ length: 5 }, () => rows[0]));
    expect(rows[0]).toHaveLength(1);
  });

  it('is set once where many use one link at the same time', async () => {
    const { loginId } = await member();
    const path = await link(loginId);
    const ways = await Promise.all(
      Array.from({ length: 10 }, async (_, at) => {
        const by = browser();
        return { by, formToken: formTokenOf(await by.get(path)), password: `a password of ${at} words` };
      }),
    );
    const answers = await Promise.all(
      ways.map(({ by, formToken, password }) => by.post(path, { password, again: password, formToken })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 410)]);
    const winner = answers.findIndex(({ status }) => status === 200);
    expect(await signIn(loginId, ways[winner]!.password)).toBe(303);
  });

  it('is set once where two links of one member are used at the same time', async () => {
    const { loginId } = await member();
    const paths = [await link(loginId), await link(loginId)];
    expect(new Set(paths).size).toBe(2);
    const answers = await Promise.all([...paths, ...paths].map((path) => set(browser(), path)));
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 410, 410, 410]);
  });

  it('is not set by a link that was opened only, and can be by one that scanners have opened', async () => {
    const { loginId } = await member();
    const path = await link(loginId);
    for (let i = 0; i < 3; i++) expect((await browser().get(path)).status).toBe(200);
    expect(await signIn(loginId, PASSWORD)).toBe(303);
    expect((await set(browser(), path)).status).toBe(200);
  });

  it('is not set after 30 minutes, nor by a made-up link', async () => {
    const { loginId } = await member();
    const path = await link(loginId);
    const by = browser();
    const formToken = formTokenOf(await by.get(path));
    app.scope.clock.advance(30 * MINUTE);
    expect((await by.post(path, { password: NEW, again: NEW, formToken })).status).toBe(410);
    for (const other of [path, `${story.base}/reset/${'x'.repeat(43)}`, `${story.base}/reset/x`]) {
      const shown = await browser().get(other);
      expect(shown).toMatchObject({ status: 410, body: expect.stringContaining('このリンクは使えません') });
    }
    expect(await signIn(loginId, PASSWORD)).toBe(303);
  });

  it('is not set by a link that was mailed to an address the member no longer has', async () => {
    const { id, loginId } = await member();
    const path = await link(loginId);
    await story.member(id, { email: 'new@shop.example' });
    expect((await set(browser(), path)).status).toBe(410);
    expect(await signIn(loginId, PASSWORD)).toBe(303);
  });

  it('is not set by an older link once the company has given a new one', async () => {
    const { id, loginId } = await member();
    const path = await link(loginId);
    await app.request('PUT', `/v1/members/${id}/login`, { body: { loginId, password: 'given by the company' } });
    expect((await browser().get(path)).status).toBe(410);
  });

  it('is asked for again where it does not do, and uses nothing up', async () => {
    const { loginId } = await member();
    const path = await link(loginId);
    const by = browser();
    const tries: [string, string, string][] = [
      [NEW, 'something else', '2つの入力が同じではありません。'],
      ['short', 'short', '8文字以上で入力してください。'],
      ['password123', 'password123', '推測されやすい'],
      [loginId, loginId, 'ログインIDに似ています'],
    ];
    for (const [password, again, sentence] of tries) {
      const shown = await set(by, path, password, again);
      expect(shown).toMatchObject({ status: 400, body: expect.stringContaining(sentence) });
    }
    expect((await set(by, path)).status).toBe(200);
  });

  it('takes no form that was not shown to this browser', async () => {
    const { loginId } = await member();
    const path = await link(loginId);
    expect((await browser().post(path, { password: NEW, again: NEW, formToken: 'x' })).status).toBe(403);
    expect((await browser().post(`${story.base}/reset`, { loginId })).status).toBe(403);
    expect(await signIn(loginId, PASSWORD)).toBe(303);
  });

  it('fills nobody’s mailbox', async () => {
    const { loginId } = await member();
    const statuses: number[] = [];
    for (let i = 0; i < 7; i++) statuses.push((await ask(loginId)).status);
    expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429]);
    expect(await mailed()).toHaveLength(3);
    for (let i = 0; i < 3; i++) expect((await ask('nobody.so.often')).status).toBe(200);
  });

  it('lets in at once whose guesses had made the login id wait', async () => {
    const { loginId } = await member();
    const path = await link(loginId);
    for (let i = 0; i < 5; i++) await signIn(loginId, 'wrong wrong');
    expect(await signIn(loginId, PASSWORD)).toBe(429);
    await set(browser(), path);
    expect(await signIn(loginId, NEW)).toBe(303);
  });

  it('leads back to the sign-in in a browser that is on its way to a link', async () => {
    const { loginId } = await member();
    const { browser: by } = await story.onTheWay('10.4.0.1');
    await by.press(`${story.base}/reset`, 0, { loginId });
    const [letter] = await mailed();
    expect((await set(by, letter!.path)).body).toContain(`href="${story.base}/sign-in"`);
  });

  it('has no page where members sign in at the company’s', async () => {
    const { loginId } = await member();
    const path = await link(loginId);
    await story.settings({ signIn: { kind: 'company', url: 'https://shop.example/sign-in' } });
    for (const url of [path, `${story.base}/reset`]) expect((await browser().get(url)).status).toBe(404);
    await story.settings({ signIn: { kind: 'hosted' } });
  });

  it('leaves its token in the mail only, and nothing personal in jobs and audit', async () => {
    const { id, loginId } = await member();
    await ask(loginId);
    const { rows: jobs } = await owner.query(`select string_agg(o::text, '') as all from outbox o`);
    expect(jobs[0].all).toContain('linking.mail_password_reset');
    expect(jobs[0].all).not.toMatch(new RegExp(`${loginId}|${id}@`));
    const token = (await mailed())[0]!.path.split('/').at(-1)!;
    const { rows } = await owner.query(
      `select (select string_agg(r::text, '') from password_resets r) as resets,
              (select string_agg(e::text, '') from audit_entries e) as audit,
              (select count(*) from password_resets where token_hash = $1)::int as hashed`,
      [sha256(token)],
    );
    expect(rows[0].hashed).toBe(1);
    expect(`${rows[0].resets}${rows[0].audit}`).not.toContain(token);
    await set(browser(), `${story.base}/reset/${token}`);
    const { rows: after } = await owner.query(`select string_agg(e::text, '') as audit from audit_entries e`);
    expect(after[0].audit).toContain('linking.login_reset');
    expect(after[0].audit).not.toMatch(new RegExp(`${token}|${loginId}|${id}@`));
  });

  it('leaves nothing in the log that opens a door or names a person', async () => {
    const lines: string[] = [];
    const write = (...said: unknown[]) => void lines.push(JSON.stringify(said));
    app.nest.useLogger({ log: write, error: write, warn: write, debug: write, verbose: write, fatal: write });
    const { id, loginId } = await member();
    const path = await link(loginId);
    await set(browser(), path);
    await signIn(loginId, NEW);
    await signIn(loginId, 'a wrong password of mine');
    await browser().get(path);
    const log = lines.join('\n');
    expect(log).toContain('/p/line/connect/:channelId/reset/:token');
    expect(log).toContain('/p/line/connect/:channelId/sign-in');
    const secrets = [path.split('/').at(-1)!, loginId, `${id}@`, NEW, PASSWORD, 'a wrong password', 'tsunagi_attempt'];
    for (const secret of secrets) expect([secret, log.includes(secret)]).toEqual([secret, false]);
  });
});
