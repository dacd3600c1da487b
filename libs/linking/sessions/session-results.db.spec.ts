import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { decodeProtectedHeader, jwtVerify } from 'jose';
import { Database, sql } from '#database';
import { createTestApp, drainJobs, type TestApp, type TestWorkspace } from '#testing';
import { SignInKeys } from '../sign-in/keys/sign-in-keys.service.js';
import { linkingModules, LinkingStory, lineUser } from '../testing/linking-story.js';
import { SigningIn } from './testing/signing-in.js';

const MINUTE_MS = 60_000;

describe('Whom a sign-in by LINE finds', () => {
  let app: TestApp;
  let links: LinkingStory<TestApp>;
  let site: SigningIn<TestApp>;
  let stranger: TestWorkspace;

  beforeAll(async () => {
    app = await createTestApp({ imports: linkingModules });
    links = await LinkingStory.start(app, () => drainJobs(app.nest));
    site = await SigningIn.start(app);
    stranger = await app.workspace();
  });

  afterAll(() => app.close());

  beforeEach(async () => {
    await links.reset();
    for (const table of ['link_sessions', 'sign_in_keys']) await rows(`delete from ${table}`);
  });

  const rows = (text: string) => app.get(Database).query(app.scope, sql([text]));
  const imported = (memberId: string, n: number, role: string) =>
    links.post([{ memberId, lineUserId: lineUser(n), role }], { channelId: site.channelId });
  const liveOf = async (memberId: string) =>
    (await links.linksOf(memberId))
      .filter(({ endedAt }) => endedAt === null)
      .map(({ role, lineUserId }) => [role, lineUserId]);

  it('is somebody unknown at first, whom the site links, and known from then on', async () => {
    const first = await site.signIn({ userId: lineUser(1), friend: true });
    expect(first).toEqual({ id: first.id, status: 'unknown', members: [], friend: true, lineUserId: lineUser(1) });
    const linked = await site.link(first.id, 'm1');
    expect(linked).toMatchObject({ status: 201, body: { memberId: 'm1', role: 'member', linkId: expect.any(String) } });
    expect(await links.linksOf('m1')).toMatchObject([{ route: 'site_login', role: 'member', lineUserId: lineUser(1) }]);
    const second = await site.signIn({ userId: lineUser(1), friend: true });
    const known = { status: 'known', memberId: 'm1', role: 'member', members: [{ memberId: 'm1', role: 'member' }] };
    expect(second).toEqual({ id: second.id, ...known, friend: true, lineUserId: lineUser(1) });
    expect((await app.request('GET', `/v1/link-sessions/${second.id}`)).body).toMatchObject({
      state: 'redeemed',
      outcome: 'known',
    });
  });

  describe('has a result', () => {
    it('that exactly one of many requests gets', async () => {
      const { id, code } = await site.visit({ userId: lineUser(1) });
      const answers = await Promise.all(Array.from({ length: 10 }, () => site.result(id, code)));
      expect(answers.map(({ status }) => status).sort()).toEqual([200, ...Array.from({ length: 9 }, () => 409)]);
      expect(answers.find(({ status }) => status === 409)!.body.code).toBe('linking.session_code_refused');
    });

    it('that nobody gets with a code of another session, or in another workspace', async () => {
      const [mine, other] = [await site.visit({ userId: lineUser(1) }), await site.visit({ userId: lineUser(2) })];
      expect(await site.result(mine.id, other.code)).toMatchObject({ status: 409 });
      expect(await site.result(mine.id, mine.code, stranger.key)).toMatchObject({
        status: 404,
        body: { code: 'link-session.not_found' },
      });
      expect(await site.result(mine.id, mine.code)).toMatchObject({ status: 200 });
      expect(await site.link(mine.id, 'm1', stranger.key)).toMatchObject({ status: 404 });
      expect(await app.request('GET', `/v1/link-sessions/${mine.id}`, { key: stranger.key })).toMatchObject({
        status: 404,
      });
    });

    it('for five minutes', async () => {
      const [kept, late] = [await site.visit({ userId: lineUser(1) }), await site.visit({ userId: lineUser(1) })];
      app.scope.clock.advance(5 * MINUTE_MS - 1);
      expect(await site.result(kept.id, kept.code)).toMatchObject({ status: 200 });
      app.scope.clock.advance(1);
      expect(await site.result(late.id, late.code)).toMatchObject({ status: 409 });
    });

    it.each(['', 'x'.repeat(201)])('not for the code %j', async (code) => {
      const { id } = await site.visit({ userId: lineUser(1) });
      expect(await site.result(id, code)).toMatchObject({ status: 400, body: { errors: [{ path: '/code' }] } });
    });

    it('that names all of a household, or the one who has the role that was asked for', async () => {
      await imported('m1', 1, 'contractor');
      await imported('m2', 1, 'user');
      await imported('m2', 1, 'member');
      const members = [
        { memberId: 'm1', role: 'contractor' },
        { memberId: 'm2', role: 'user' },
      ];
      const anybody = await site.signIn({ userId: lineUser(1) });
      expect(anybody).toMatchObject({ status: 'ambiguous', members });
      expect(anybody).not.toHaveProperty('memberId');
      expect(await site.link(anybody.id, 'm3')).toMatchObject({
        status: 409,
        body: { code: 'linking.session_not_open' },
      });
      const contractor = await site.signIn({ userId: lineUser(1) }, { role: 'contractor' });
      expect(contractor).toMatchObject({ status: 'known', memberId: 'm1', role: 'contractor' });
      const other = await site.signIn({ userId: lineUser(1) }, { role: 'member' });
      expect(other).toMatchObject({ status: 'known', memberId: 'm2', role: 'member' });
    });

    it('that does not count links that have ended, nor those of another channel', async () => {
      await imported('m1', 1, 'member');
      await links.end((await links.linksOf('m1'))[0]!.id);
      await links.post([{ memberId: 'm2', lineUserId: lineUser(1) }]);
      expect(await site.signIn({ userId: lineUser(1) })).toMatchObject({ status: 'unknown', members: [] });
    });

    it('that says whether they are friends: as the login said, else as LINE said last', async () => {
      expect(await site.signIn({ userId: lineUser(1), friend: false })).toMatchObject({ friend: false });
      expect(await site.signIn({ userId: lineUser(2) })).toMatchObject({ friend: false });
      await imported('m1', 3, 'member');
      await links.post([{ memberId: 'm1', lineUserId: lineUser(3), friend: true }], { channelId: site.channelId });
      expect(await site.signIn({ userId: lineUser(3) })).toMatchObject({ friend: true });
    });

    it('that is signed once the workspace has a key, and that is no answer of the company’s own sign-in', async () => {
      const unsigned = await site.visit({ userId: lineUser(1) });
      expect((await site.result(unsigned.id, unsigned.code)).body.token).toBeNull();
      const { body: key } = await app.request('POST', '/v1/sign-in-keys', { body: {} });
      await imported('m1', 1, 'member');
      const { id, code } = await site.visit({ userId: lineUser(1) });
      const { token, result } = (await site.result(id, code)).body;
      const currentDate = app.scope.clock.now();
      const options = {
        issuer: app.config.publicUrl,
        audience: app.scope.workspaceId,
        algorithms: ['HS256'],
        currentDate,
      };
      const { payload } = await jwtVerify(token, new TextEncoder().encode(key.secret), options);
      expect(payload).toMatchObject({ jti: id, sub: 'm1', result });
      expect(payload.exp! - payload.iat!).toBe(300);
      expect(decodeProtectedHeader(token)).toMatchObject({ alg: 'HS256', kid: key.id });
      expect(await app.get(SignInKeys).verify(app.scope, token, 300)).toEqual({ why: 'has no right "aud"' });
    });
  });

  describe('of somebody whom the site has signed in already', () => {
    it('links them once the site takes the result, and not before', async () => {
      const { id, code } = await site.visit({ userId: lineUser(1) }, { memberId: 'm1', role: 'contractor' });
      expect(await liveOf('m1')).toEqual([]);
      const { body } = await site.result(id, code);
      expect(body.result).toMatchObject({
        status: 'known',
        memberId: 'm1',
        role: 'contractor',
        lineUserId: lineUser(1),
      });
      expect(await liveOf('m1')).toEqual([['contractor', lineUser(1)]]);
    });

    it('leaves what is linked as it is', async () => {
      await imported('m1', 1, 'user');
      expect(await site.signIn({ userId: lineUser(1) }, { memberId: 'm1' })).toMatchObject({
        status: 'known',
        role: 'user',
      });
      expect(await liveOf('m1')).toEqual([['user', lineUser(1)]]);
    });

    it('fails where the LINE user is somebody else, or the member has another LINE user', async () => {
      await imported('m1', 1, 'member');
      const taken = await site.signIn({ userId: lineUser(1) }, { memberId: 'm2' });
      expect(taken).toMatchObject({ status: 'failed', error: 'linking.line_user_taken', lineUserId: lineUser(1) });
      const rival = await site.signIn({ userId: lineUser(2) }, { memberId: 'm1' });
      expect(rival).toMatchObject({ status: 'failed', error: 'linking.member_taken' });
      expect([await liveOf('m1'), await liveOf('m2')]).toEqual([[['member', lineUser(1)]], []]);
    });
  });

  describe('of somebody unknown', () => {
    it('can be linked once, however many ask at once', async () => {
      const { id } = await site.signIn({ userId: lineUser(1) });
      const answers = await Promise.all(Array.from({ length: 10 }, (_, n) => site.link(id, `m${n % 2}`)));
      expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array.from({ length: 9 }, () => 409)]);
      expect([...(await liveOf('m0')), ...(await liveOf('m1'))]).toHaveLength(1);
    });

    it('can be linked within half an hour of the result, with a member that there is', async () => {
      const { id } = await site.signIn({ userId: lineUser(1) });
      expect(await site.link(id, 'nobody')).toMatchObject({ status: 400, body: { errors: [{ path: '/memberId' }] } });
      app.scope.clock.advance(30 * MINUTE_MS - 1);
      expect(await site.link(id, 'm1')).toMatchObject({ status: 201 });
      const { id: late } = await site.signIn({ userId: lineUser(2) });
      app.scope.clock.advance(30 * MINUTE_MS);
      expect(await site.link(late, 'm2')).toMatchObject({ status: 409, body: { code: 'linking.session_not_open' } });
    });

    it('can be linked with somebody else where the first is refused', async () => {
      await imported('m1', 9, 'member');
      const { id } = await site.signIn({ userId: lineUser(1) });
      expect(await site.link(id, 'm1')).toMatchObject({ status: 409, body: { code: 'linking.member_taken' } });
      expect(await site.link(id, 'm2')).toMatchObject({ status: 201 });
    });

    it('cannot be linked before the result was taken', async () => {
      const { id } = await site.visit({ userId: lineUser(1) });
      expect(await site.link(id, 'm1')).toMatchObject({ status: 409 });
    });

    it('is linked once under one Idempotency-Key', async () => {
      const { id } = await site.signIn({ userId: lineUser(1) });
      const ask = () =>
        app.request('POST', `/v1/link-sessions/${id}/link`, {
          body: { memberId: 'm1' },
          headers: { 'idempotency-key': 'k1' },
        });
      const first = await ask();
      expect(await ask()).toMatchObject({ status: 201, body: first.body });
    });
  });
});
