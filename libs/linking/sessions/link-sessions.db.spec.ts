import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database, sql } from '#database';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { linkingModules, LinkingStory, lineUser } from '../testing/linking-story.js';
import { LinkingTidying } from '../tidying/linking-tidying.service.js';
import { SessionVisits } from './session-visits.service.js';
import { SigningIn, SITE } from './testing/signing-in.js';

const MINUTE_MS = 60_000;
const nowhere = '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90';

describe('A sign-in by LINE', () => {
  let app: TestApp;
  let links: LinkingStory<TestApp>;
  let site: SigningIn<TestApp>;

  beforeAll(async () => {
    app = await createTestApp({ imports: linkingModules });
    links = await LinkingStory.start(app, () => drainJobs(app.nest));
    site = await SigningIn.start(app);
  });

  afterAll(() => app.close());

  beforeEach(async () => {
    await links.reset();
    for (const table of ['link_sessions', 'login_grants']) await rows(`delete from ${table}`);
  });

  const rows = (text: string) => app.get(Database).query(app.scope, sql([text]));
  const tokens = (name: string) => ({
    accessToken: `access ${name}`,
    refreshToken: `refresh ${name}`,
    accessExpiresAt: new Date(app.scope.clock.now().getTime() + 30 * 24 * 60 * MINUTE_MS),
  });

  describe('begins', () => {
    it('at an address of the link page’s own host, for ten minutes', async () => {
      const { status, body } = await site.create();
      const expiresAt = new Date(app.scope.clock.now().getTime() + 10 * MINUTE_MS).toISOString();
      expect({ status, expiresAt: body.expiresAt }).toEqual({ status: 201, expiresAt });
      const base = `${app.config.publicUrl}/p/line/connect/${site.channelId}/session/${body.id}`;
      expect(body.url).toMatch(new RegExp(`^${base}\\?key=[\\w-]{43}$`));
      await site.show(site.channelId, { host: 'line.shop.example' });
      expect((await site.create()).body.url).toContain('http://line.shop.example/p/line/connect/');
      await site.show(site.channelId, { host: null });
    });

    it.each([
      [{ returnUrl: 'https://evil.example/' }, '/returnUrl'],
      [{ returnUrl: `${SITE}.evil.example/` }, '/returnUrl'],
      [{ returnUrl: '/in' }, '/returnUrl'],
      [{ returnUrl: undefined }, '/returnUrl'],
      [{ channelId: nowhere }, '/channelId'],
      [{ channelId: 'x' }, '/channelId'],
      [{ memberId: 'nobody' }, '/memberId'],
      [{ role: 'king' }, '/role'],
      [{ more: 1 }, '/more'],
    ])('not with %j', async (change, path) => {
      const { status, body } = await site.create(change);
      expect({ status, path: body.errors?.[0]?.path }).toEqual({ status: 400, path });
    });

    it('not without a Login channel, nor while the link page is not shown', async () => {
      const channelId = await site.connect('3');
      expect(await site.create({ channelId })).toMatchObject({
        status: 409,
        body: { code: 'linking.login_unavailable' },
      });
      const login = { channelId: '4', channelSecret: 's' };
      await app.request('PATCH', `/v1/channels/${channelId}`, { body: { login } });
      const closed = { code: 'linking.page_closed', details: { missing: ['enabled'] } };
      expect(await site.create({ channelId })).toMatchObject({ status: 409, body: closed });
    });

    it('in one browser only, however many open the address at once', async () => {
      const { id, url } = (await site.create()).body;
      const key = new URL(url).searchParams.get('key')!;
      const visits = app.get(SessionVisits);
      const opened = await Promise.allSettled(
        Array.from({ length: 10 }, () => visits.open(app.scope, site.channelId, { id, key })),
      );
      expect(opened.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
      for (const { reason } of opened.filter((one) => one.status === 'rejected')) {
        expect(reason).toMatchObject({ code: 'linking.session_over', status: 410 });
      }
    });

    it('not with another key, nor after ten minutes', async () => {
      const { id, url } = (await site.create()).body;
      await expect(site.follow(id, url.replace(/key=.*/, 'key=x'), {})).rejects.toMatchObject({ status: 410 });
      app.scope.clock.advance(10 * MINUTE_MS);
      await expect(site.follow(id, url, {})).rejects.toMatchObject({ code: 'linking.session_over' });
    });
  });

  describe('comes back', () => {
    it('with the session and a code, and with nothing about the person', async () => {
      const { id, back } = await site.visit({ userId: lineUser(1) });
      expect(back.origin + back.pathname).toBe(`${SITE}/in`);
      expect([...back.searchParams.keys()]).toEqual(['to', 'session', 'code']);
      expect(back.searchParams.get('session')).toBe(id);
      expect(back.href).not.toContain(lineUser(1));
    });

    it('also where it was cancelled, with a result that says so', async () => {
      const { id, code, back } = await site.visit({});
      expect(back.searchParams.get('error')).toBe('linking.cancelled');
      const { body } = await site.result(id, code);
      expect(body.result).toEqual({ status: 'failed', members: [], error: 'linking.cancelled' });
      expect(await site.link(id, 'm1')).toMatchObject({ status: 409, body: { code: 'linking.session_not_open' } });
    });

    it('with another code when the browser comes again, and the one before is void', async () => {
      const { id, url } = (await site.create()).body;
      const visits = app.get(SessionVisits);
      const key = new URL(url).searchParams.get('key')!;
      const { attempt } = await visits.open(app.scope, site.channelId, { id, key });
      const codes = [];
      for (let i = 0; i < 2; i++) {
        const back = new URL(await visits.finish(app.scope, { ...attempt, state: 'cancelled' }));
        codes.push(back.searchParams.get('code')!);
      }
      expect(await site.result(id, codes[0]!)).toMatchObject({ status: 409 });
      expect(await site.result(id, codes[1]!)).toMatchObject({ status: 200 });
    });

    it('without a code where it is too late', async () => {
      const { id, url } = (await site.create()).body;
      const visits = app.get(SessionVisits);
      const key = new URL(url).searchParams.get('key')!;
      const { attempt } = await visits.open(app.scope, site.channelId, { id, key });
      app.scope.clock.advance(10 * MINUTE_MS);
      const back = new URL(await visits.finish(app.scope, { ...attempt, state: 'expired' }));
      expect([...back.searchParams]).toEqual([
        ['to', 'cart'],
        ['session', id],
        ['error', 'linking.session_over'],
      ]);
    });

    it('not from another attempt than the one that began', async () => {
      const { id } = await site.visit({ userId: lineUser(1) });
      const { attempt } = await begunByAnother();
      const finish = app.get(SessionVisits).finish(app.scope, { ...attempt, sessionId: id, state: 'cancelled' });
      await expect(finish).rejects.toMatchObject({ code: 'linking.session_over' });
    });

    async function begunByAnother() {
      const { id, url } = (await site.create()).body;
      const key = new URL(url).searchParams.get('key')!;
      return app.get(SessionVisits).open(app.scope, site.channelId, { id, key });
    }
  });

  describe('keeps', () => {
    const kept = () => rows('select login_tokens as "loginTokens" from link_sessions');
    const grants = () => rows('select line_user_id as "lineUserId", tokens from login_grants');

    it('LINE’s tokens sealed until somebody is linked, for the day they are unlinked', async () => {
      const { id } = await site.signIn({ userId: lineUser(1), tokens: tokens('one') });
      const [sealed] = (await kept()) as { loginTokens: Buffer }[];
      expect(sealed!.loginTokens.toString('latin1')).not.toContain('access one');
      expect(await grants()).toEqual([]);
      await site.link(id, 'm1');
      expect(await kept()).toEqual([{ loginTokens: null }]);
      const [first] = (await grants()) as { tokens: Buffer }[];
      await site.signIn({ userId: lineUser(1), tokens: tokens('two') });
      const [second, ...more] = (await grants()) as { tokens: Buffer }[];
      expect(more).toEqual([]);
      expect(second!.tokens.equals(first!.tokens)).toBe(false);
      expect((await kept()).every((row) => (row as { loginTokens: unknown }).loginTokens === null)).toBe(true);
    });

    it('no secret in clear, and no word about a person in the audit log', async () => {
      const { body } = await site.create({ memberId: 'm1' });
      const key = new URL(body.url).searchParams.get('key')!;
      const { id, code } = await site.follow(body.id, body.url, { userId: lineUser(7), friend: true });
      const stored = JSON.stringify(await rows('select s::text as whole from link_sessions s'));
      expect(stored).not.toContain(key);
      expect(stored).not.toContain(code);
      await site.result(id, code);
      const entries = (await rows(
        `select action, details::text as details from audit_entries where subject = 'link-sessions/${id}' order by id`,
      )) as { action: string; details: string }[];
      expect(entries.map(({ action }) => action)).toEqual(['linking.session_made', 'linking.session_redeemed']);
      expect(entries[1]!.details).toContain('known');
      for (const { details } of entries) expect(details).not.toMatch(/m1|U0000|access|refresh/);
    });

    it('tokens no longer than the session, and sessions for thirty days', async () => {
      await site.signIn({ userId: lineUser(1), tokens: tokens('one') });
      const tidy = () => app.get(LinkingTidying).tidy();
      await tidy();
      expect(await kept()).not.toEqual([{ loginTokens: null }]);
      app.scope.clock.advance(30 * MINUTE_MS);
      await tidy();
      expect(await kept()).toEqual([{ loginTokens: null }]);
      app.scope.clock.advance(30 * 24 * 60 * MINUTE_MS - 30 * MINUTE_MS);
      await tidy();
      expect(await kept()).toHaveLength(1);
      app.scope.clock.advance(1);
      await tidy();
      expect(await kept()).toEqual([]);
    });
  });
});
