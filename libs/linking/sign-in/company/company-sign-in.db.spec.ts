import { createHmac, generateKeyPairSync, sign as signRsa } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { createTestApp, type Browser, type TestApp } from '#testing';
import { Logins } from '../logins/logins.service.js';
import { SignInStory, signInModules } from '../testing/sign-in-story.js';

const OURS = 'http://localhost:3000';
const COMPANY = 'https://shop.example';

type Claims = Record<string, unknown>;

describe('the company’s own sign-in', () => {
  let app: TestApp;
  let owner: pg.Client;
  let story: SignInStory;
  let secret: string;

  beforeAll(async () => {
    app = await createTestApp({ imports: signInModules });
    owner = new pg.Client(app.ownerUrl);
    await owner.connect();
    story = await SignInStory.start(app, (id) =>
      owner.query('update channels set verified_at = now() where id = $1', [id]),
    );
    await story.settings({ signIn: { kind: 'company', url: `${COMPANY}/line/sign-in?shop=1` } });
    secret = (await app.request('POST', '/v1/sign-in-keys')).body.secret;
    for (const id of ['hanako', 'taro']) await story.member(id);
  });

  afterAll(async () => {
    await owner.end();
    await app.close();
  });

  const seconds = () => Math.floor(app.scope.clock.now().getTime() / 1000);
  let answers = 0;
  /** What a company that does everything right answers to a request. */
  const rightClaims = (request: string, sub = 'hanako'): Claims => ({
    aud: OURS,
    sub,
    handle: claimsOf(request).handle,
    jti: `answer-${++answers}`,
    iat: seconds(),
    exp: seconds() + 120,
  });
  const signed = (claims: Claims, key = secret, head: object = { alg: 'HS256', typ: 'JWT' }) => {
    const text = `${encoded(head)}.${encoded(claims)}`;
    return `${text}.${createHmac('sha256', key).update(text).digest('base64url')}`;
  };
  /** Somebody on their way, as far as the company's page. */
  const sentAway = async () => {
    const { browser, attempt } = await story.onTheWay();
    const { status, location } = await browser.get(`${story.base}/sign-in`);
    const url = new URL(location);
    return { browser, attempt, status, url, request: url.searchParams.get('request')! };
  };
  const comeBack = (browser: Browser, answer: string) =>
    browser.get(`${story.base}/sign-in/return?${new URLSearchParams({ answer }).toString()}`);
  const provenOn = async ({ id }: { id: string }) => {
    const { rows } = await owner.query('select member_id as "memberId", proof from link_attempts where id = $1', [id]);
    return rows[0] as { memberId: string | null; proof: string | null };
  };
  const nobody = { memberId: null, proof: null };
  const memberId = (externalId: string) => app.get(Logins).memberOf(app.scope, externalId);

  it('is sent a signed request that names the attempt to nobody but us', async () => {
    const { attempt, status, url, request } = await sentAway();
    expect(status).toBe(303);
    expect(`${url.origin}${url.pathname}`).toBe(`${COMPANY}/line/sign-in`);
    expect(url.searchParams.get('shop')).toBe('1');
    expect(signed(claimsOf(request), secret, headOf(request))).toBe(request);
    expect(claimsOf(request)).toEqual({
      iss: OURS,
      aud: COMPANY,
      channelId: story.channelId,
      handle: expect.any(String),
      returnUrl: `${OURS}${story.base}/sign-in/return`,
      jti: expect.any(String),
      iat: seconds(),
      exp: seconds() + 300,
    });
    expect(url.href).not.toContain(attempt.id);
  });

  it('says who it is, and the person goes on', async () => {
    const { browser, attempt, request } = await sentAway();
    const answer = await comeBack(browser, signed(rightClaims(request)));
    expect(answer).toMatchObject({ status: 303, location: `${story.base}/consent` });
    expect(await provenOn(attempt)).toEqual({ memberId: await memberId('hanako'), proof: 'company' });
  });

  it('says which visitor of its pages that is, where it knows', async () => {
    const visitorId = 'v'.repeat(22);
    for (const visitor of [visitorId, undefined, 7, 'made up', `${visitorId}v`]) {
      const { browser, request } = await sentAway();
      const answer = signed({ ...rightClaims(request), visitor });
      expect((await comeBack(browser, answer)).location).toBe(`${story.base}/consent`);
    }
    const { browser, request } = await sentAway();
    await comeBack(browser, signed({ ...rightClaims(request, 'nobody.we.know'), visitor: visitorId }));
    const { rows } = await owner.query(`select payload from outbox where job = 'linking.visitor_recognised'`);
    const { workspaceId } = app.scope;
    expect(rows).toEqual([{ payload: { workspaceId, memberId: await memberId('hanako'), visitorId } }]);
  });

  it('is believed once, however often its answer comes at the same time', async () => {
    const { browser, attempt, request } = await sentAway();
    const answer = signed(rightClaims(request));
    const all = await Promise.all(Array.from({ length: 12 }, () => comeBack(browser, answer)));
    expect(all.map(({ status }) => status).sort()).toEqual([303, ...Array.from({ length: 11 }, () => 400)]);
    expect(all.filter(({ status }) => status === 400)[0]!.body).toContain('もう一度ログイン');
    expect((await comeBack(browser, answer)).status).toBe(400);
    expect(await provenOn(attempt)).toMatchObject({ proof: 'company' });
  });

  it('is not believed a second answer with the same jti', async () => {
    const { browser, attempt, request } = await sentAway();
    const claims = rightClaims(request, 'hanako');
    expect((await comeBack(browser, signed(claims))).status).toBe(303);
    expect((await comeBack(browser, signed({ ...claims, sub: 'taro' }))).status).toBe(400);
    expect(await provenOn(attempt)).toEqual({ memberId: await memberId('hanako'), proof: 'company' });
  });

  it('is not believed in another browser: somebody else’s answer in an address is worth nothing', async () => {
    const attacker = await sentAway();
    const answer = signed(rightClaims(attacker.request, 'taro'));
    const victim = await sentAway();
    expect((await comeBack(victim.browser, answer)).status).toBe(400);
    expect(await provenOn(victim.attempt)).toEqual(nobody);
    expect((await comeBack(story.browser(), answer)).status).toBe(409);
    // Refused for the browser, it was not used up.
    expect((await comeBack(attacker.browser, answer)).status).toBe(303);
  });

  it('is not believed for a victim who signed in on an attacker’s request', async () => {
    const attacker = await sentAway();
    const victimsAnswer = signed(rightClaims(attacker.request, 'hanako'));
    const victim = await sentAway();
    for (const browser of [victim.browser, story.browser()]) await comeBack(browser, victimsAnswer);
    expect([await provenOn(attacker.attempt), await provenOn(victim.attempt)]).toEqual([nobody, nobody]);
  });

  it.each<[string, (claims: Claims) => string]>([
    ['of nobody', () => ''],
    ['that is no JWT', () => 'x.y.z'],
    ['signed with another key', (claims) => signed(claims, 'another key of forty characters 0000000')],
    ['with alg none', (claims) => `${encoded({ alg: 'none' })}.${encoded(claims)}.`],
    ['with alg none and our signature', (claims) => signed(claims, secret, { alg: 'none' })],
    ['with alg HS512', (claims) => signed(claims, secret, { alg: 'HS512' })],
    ['with alg RS256', (claims) => rsaSigned(claims)],
    ['with alg RS256 and our signature', (claims) => signed(claims, secret, { alg: 'RS256' })],
    [
      'with a key of its own in the header',
      (claims) => signed(claims, 'k', { alg: 'HS256', jwk: { kty: 'oct', k: 'aw' } }),
    ],
    ['with a critical extension', (claims) => signed(claims, secret, { alg: 'HS256', crit: ['b64'], b64: false })],
    ['for somebody else', (claims) => signed({ ...claims, aud: COMPANY })],
    ['for nobody', (claims) => signed({ ...claims, aud: undefined })],
    ['in our own name', (claims) => signed({ ...claims, iss: OURS })],
    ['without a member', (claims) => signed({ ...claims, sub: undefined })],
    ['with a number as a member', (claims) => signed({ ...claims, sub: 7 })],
    ['without a handle', (claims) => signed({ ...claims, handle: undefined })],
    ['with a made-up handle', (claims) => signed({ ...claims, handle: 'AAAA' })],
    ['without a jti', (claims) => signed({ ...claims, jti: undefined })],
    ['with an endless jti', (claims) => signed({ ...claims, jti: 'x'.repeat(129) })],
    ['without an end', (claims) => signed({ ...claims, exp: undefined })],
    ['without a beginning', (claims) => signed({ ...claims, iat: undefined })],
    ['that is good for too long', (claims) => signed({ ...claims, exp: (claims.iat as number) + 301 })],
    ['that has expired', (claims) => signed({ ...claims, iat: seconds() - 200, exp: seconds() - 61 })],
    ['that is too old', (claims) => signed({ ...claims, iat: seconds() - 361, exp: seconds() - 61 })],
    ['from the future', (claims) => signed({ ...claims, iat: seconds() + 61, exp: seconds() + 120 })],
    ['not yet good', (claims) => signed({ ...claims, nbf: seconds() + 61 })],
    ['that is too long', (claims) => signed({ ...claims, more: 'x'.repeat(5_000) })],
  ])('is not believed an answer %s', async (_what, make) => {
    const { browser, attempt, request } = await sentAway();
    const shown = await comeBack(browser, make(rightClaims(request)));
    expect(shown).toMatchObject({ status: 400, location: '' });
    expect(shown.body).toContain(`href="${story.base}/sign-in"`);
    expect(await provenOn(attempt)).toEqual(nobody);
  });

  it('is not believed our own request, sent back', async () => {
    const { browser, attempt, request } = await sentAway();
    expect((await comeBack(browser, request)).status).toBe(400);
    expect(await provenOn(attempt)).toEqual(nobody);
  });

  it('may have a clock that is a minute wrong', async () => {
    for (const drift of [-60, 60]) {
      const { browser, request } = await sentAway();
      const times = { iat: seconds() + drift, exp: seconds() + drift + 30 };
      expect((await comeBack(browser, signed({ ...rightClaims(request), ...times }))).status).toBe(303);
    }
  });

  it('names somebody we do not know: a sentence, and the way to try again', async () => {
    const { browser, attempt, request } = await sentAway();
    const answer = signed(rightClaims(request, 'not.posted.yet'));
    const shown = await comeBack(browser, answer);
    expect(shown).toMatchObject({ status: 409, body: expect.stringContaining('まだこちらに届いていません') });
    expect(await provenOn(attempt)).toEqual(nobody);
    await story.member('not.posted.yet');
    expect((await comeBack(browser, answer)).status).toBe(303);
  });

  it('sends back whoever gives up, who may try again', async () => {
    const { browser } = await sentAway();
    const shown = await browser.get(`${story.base}/sign-in/return?error=cancelled`);
    expect(shown).toMatchObject({ status: 200, body: expect.stringContaining('ログインは完了していません') });
    expect((await browser.get(`${story.base}/sign-in/return?answer=a&answer=b`)).status).toBe(200);
  });

  it('changes keys without anybody being turned away', async () => {
    const before = await sentAway();
    const { body: next } = await app.request('POST', '/v1/sign-in-keys');
    expect((await comeBack(before.browser, signed(rightClaims(before.request), next.secret))).status).toBe(303);
    const { body } = await app.request('GET', '/v1/sign-in-keys');
    const between = await sentAway();
    expect(headOf(between.request)).toMatchObject({ kid: body.items[0].id });
    await app.request('DELETE', `/v1/sign-in-keys/${body.items[0].id}`);
    expect((await comeBack(between.browser, signed(rightClaims(between.request), secret))).status).toBe(400);
    expect((await comeBack(between.browser, signed(rightClaims(between.request), next.secret))).status).toBe(303);
    secret = next.secret;
    expect(headOf((await sentAway()).request)).toMatchObject({ kid: next.id });
  });

  it('cannot speak for another workspace', async () => {
    const other = await app.workspace();
    const { body: theirs } = await app.request('POST', '/v1/sign-in-keys', { key: other.key });
    const { browser, attempt, request } = await sentAway();
    expect((await comeBack(browser, signed(rightClaims(request), theirs.secret))).status).toBe(400);
    expect(await provenOn(attempt)).toEqual(nobody);
  });

  it('is not asked without a key to sign with', async () => {
    const { body } = await app.request('GET', '/v1/sign-in-keys');
    for (const { id } of body.items) await app.request('DELETE', `/v1/sign-in-keys/${id}`);
    const { browser } = await story.onTheWay();
    const shown = await browser.get(`${story.base}/sign-in`);
    expect(shown).toMatchObject({ status: 409, body: expect.stringContaining('お店にお問い合わせください') });
    secret = (await app.request('POST', '/v1/sign-in-keys')).body.secret;
  });

  it('leaves no member id and no answer in the audit', async () => {
    const { browser, request } = await sentAway();
    const claims = rightClaims(request, 'taro');
    await comeBack(browser, signed(claims));
    const { rows } = await owner.query(`select string_agg(e::text, '') as audit from audit_entries e`);
    expect(rows[0].audit).toContain('linking.signed_in_at_company');
    expect(rows[0].audit).not.toMatch(new RegExp(`taro|${String(claims.jti)}|${String(claims.handle)}`));
  });

  it('keeps no answers for longer than they could come again', async () => {
    app.scope.clock.advance(601_000);
    const { browser, request } = await sentAway();
    await comeBack(browser, signed(rightClaims(request)));
    const { rows } = await owner.query('select count(*)::int as count from sign_in_answers');
    expect(rows[0].count).toBe(1);
  });
});

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url');
}

function rsaSigned(claims: Claims): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  const text = `${encoded({ alg: 'RS256', typ: 'JWT' })}.${encoded(claims)}`;
  return `${text}.${signRsa('sha256', Buffer.from(text), privateKey).toString('base64url')}`;
}

function headOf(token: string): object {
  return JSON.parse(Buffer.from(token.split('.')[0]!, 'base64url').toString()) as object;
}

function claimsOf(token: string): Claims {
  return JSON.parse(Buffer.from(token.split('.')[1]!, 'base64url').toString()) as Claims;
}
