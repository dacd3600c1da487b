import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { ChannelsHttpModule, ChannelsJobsModule } from '#channels';
import { Database, sql } from '#database';
import { EventsHttpModule } from '#events';
import { LinkingHttpModule, LinkingJobsModule } from '#linking';
import { MembersHttpModule } from '#members';
import { AGENTS, Browser, createTestApp, drainJobs, into, type TestApp } from '#testing';
import { TrackingHttpModule, TrackingJobsModule } from '#tracking';
import { EmulatorUnderTest } from '../../apps/line-emulator/testing/emulator-under-test.js';

const SITE = 'https://shop.example';

describe('A site that lets its visitors sign in by LINE', () => {
  let line: EmulatorUnderTest;
  let app: TestApp;
  let channelId: string;

  beforeAll(async () => {
    line = await EmulatorUnderTest.start();
    app = await createTestApp({
      imports: [
        ...[ChannelsHttpModule, ChannelsJobsModule, MembersHttpModule, LinkingHttpModule, LinkingJobsModule],
        ...[EventsHttpModule, TrackingHttpModule, TrackingJobsModule],
      ],
      config: { lineApiBaseUrl: line.url, lineLoginBaseUrl: line.url, lineTimeoutMs: 5_000 },
    });
    await line.control('POST /clock', { set: app.scope.clock.now().toISOString(), frozen: true });
    const { login } = await line.onChannel('POST /channels', { login: {} });
    const { channelId: lineChannelId, channelSecret, accessToken } = line.channel;
    const given = { name: '花屋', lineChannelId, channelSecret, accessToken };
    const { body } = await app.request('POST', '/v1/channels', {
      body: { ...given, login: { channelId: login.channelId, channelSecret: login.channelSecret } },
    });
    channelId = body.id;
    const page = await app.request('PATCH', `/v1/channels/${channelId}/link-page`, {
      body: { enabled: true, returnUrls: [SITE] },
    });
    expect(page.body.missing).toEqual([]);
    await line.onChannel('POST /channels', { login: { redirectUris: page.body.callbackUrls } });
    await app.request('POST', '/v1/members/batch', {
      body: { members: ['hanako', 'taro', 'mallory'].map((externalId) => ({ externalId })) },
    });
  });

  afterAll(async () => {
    await app.close();
    await line.close();
  });

  /** A visitor's browser, at a desk. */
  const desk = () => new Browser(into(app.nest), app.config.publicUrl, { agent: AGENTS.computer });

  async function begin(more: object = {}): Promise<{ id: string; url: string }> {
    const body = { channelId, returnUrl: `${SITE}/in`, ...more };
    return (await app.request('POST', '/v1/link-sessions', { body })).body;
  }

  /** Somebody logs in at LINE's pages. @returns where LINE sends the browser */
  async function atLine(url: string, nth: number, how: object = {}): Promise<string> {
    return (await line.onChannel('POST /login', { userId: line.friend(nth), url, ...how })).location;
  }

  /** From the start address to LINE and back. @returns where the browser ends up, at the site */
  async function goThrough(browser: Browser, url: string, nth: number, how: object = {}): Promise<URL> {
    const start = await browser.get(url);
    expect(start).toMatchObject({ status: 303, headers: { 'cache-control': 'no-store' } });
    const callback = await browser.get(await atLine(start.location, nth, how));
    expect(callback).toMatchObject({ status: 303, location: `/p/line/connect/${channelId}/session/finish` });
    const { status, location } = await browser.get(callback.location);
    expect(status).toBe(303);
    return new URL(location);
  }

  async function resultOf(back: URL, more: object = {}) {
    const { session, code } = Object.fromEntries(back.searchParams);
    return (await app.request('POST', `/v1/link-sessions/${session}/result`, { body: { code, ...more } })).body.result;
  }

  async function signIn(nth: number, { how = {}, more = {} } = {}) {
    const { id, url } = await begin(more);
    return { id, ...(await resultOf(await goThrough(desk(), url, nth, how))) };
  }

  const live = async (member: string) =>
    (await app.request('GET', `/v1/members/${member}/links`)).body.items.filter(
      ({ endedAt }: { endedAt: string | null }) => endedAt === null,
    );

  it('learns who is new, links them, and signs them in without a password from then on', async () => {
    const first = await signIn(0);
    expect(first).toMatchObject({ status: 'unknown', lineUserId: line.friend(0), friend: true });
    const linked = await app.request('POST', `/v1/link-sessions/${first.id}/link`, { body: { memberId: 'hanako' } });
    expect(linked.status).toBe(201);
    expect(await signIn(0)).toMatchObject({ status: 'known', memberId: 'hanako', role: 'member', friend: true });
    expect(await live('hanako')).toMatchObject([{ lineUserId: line.friend(0), route: 'site_login' }]);
  });

  it('tells LINE when somebody who came this way is unlinked', async () => {
    const [link] = await live('hanako');
    expect(await app.request('DELETE', `/v1/links/${link.id}`)).toMatchObject({ status: 204 });
    await drainJobs(app.nest);
    const { grants } = await line.control(`GET /login/grants?channelId=${line.channel.channelId}`);
    expect(grants).toMatchObject([{ userId: line.friend(0), deauthorized: true }]);
  });

  it('hears of it when the visitor turns back at LINE', async () => {
    const { url } = await begin();
    const back = await goThrough(desk(), url, 1, { cancel: true });
    expect(back.searchParams.get('error')).toBe('linking.cancelled');
    expect(await resultOf(back)).toEqual({ status: 'failed', members: [], error: 'linking.cancelled' });
  });

  it('hears whether the visitor is a friend by then', async () => {
    const userIds = [line.friend(2), line.friend(3)];
    await line.onChannel('POST /users/state', { userIds, state: 'stranger', webhook: false });
    expect(await signIn(2, { how: { addFriend: false } })).toMatchObject({ friend: false });
    expect(await signIn(3, { how: { addFriend: true } })).toMatchObject({ friend: true });
  });

  it('lets the browser go back and begin again, and open nothing twice elsewhere', async () => {
    const { url } = await begin();
    const browser = desk();
    const first = await browser.get(url);
    const second = await browser.get(url);
    expect([second.status, second.location === first.location]).toEqual([303, false]);
    const elsewhere = await desk().get(url);
    expect(elsewhere.status).toBe(410);
    expect(elsewhere.body).toContain('もとのサイトに戻り');
    const callback = await browser.get(await atLine(second.location, 4));
    const { location } = await browser.get(callback.location);
    expect(await resultOf(new URL(location))).toMatchObject({ status: 'unknown' });
    expect((await browser.get(url)).location).toContain('/session/finish');
  });

  it('gets a browser back that was too long at LINE, by the button of the page that says so', async () => {
    const browser = desk();
    const { location } = await browser.get((await begin()).url);
    const callback = await atLine(location, 4);
    app.scope.clock.advance(11 * 60_000);
    const late = await browser.get(callback);
    expect(late).toMatchObject({ status: 410, body: expect.stringContaining('有効期限が切れました') });
    const button = /class="button" href="([^"]+)"/.exec(late.body)![1]!;
    const back = new URL((await browser.get(button)).location);
    expect([back.origin, back.searchParams.get('error')]).toEqual([SITE, 'linking.session_over']);
    await line.control('POST /clock', { set: app.scope.clock.now().toISOString(), frozen: true });
  });

  it('cannot be made to link a victim who was sent an address by somebody who is signed in', async () => {
    const { url } = await begin({ memberId: 'mallory' });
    const victim = desk();
    const back = await goThrough(victim, url, 5);
    // The site sees in the victim's browser a session that it has not begun there, and goes no further.
    expect(back.searchParams.get('session')).not.toBeNull();
    await drainJobs(app.nest);
    expect(await live('mallory')).toEqual([]);
    expect(await signIn(5)).toMatchObject({ status: 'unknown' });
  });

  it('gets nothing from a browser that brings somebody else’s way back from LINE', async () => {
    const { url } = await begin();
    const { location } = await desk().get(url);
    const callback = await atLine(location, 6);
    const thief = await desk().get(callback);
    expect(thief.status).toBeGreaterThanOrEqual(400);
    const other = desk();
    await other.get((await begin()).url);
    const swapped = await other.get(callback);
    expect(swapped.location).not.toContain('/session/finish');
  });

  it('cannot be left by way of an address that it has not allowed', async () => {
    const { status, body } = await app.request('POST', '/v1/link-sessions', {
      body: { channelId, returnUrl: 'https://evil.example/in' },
    });
    expect({ status, path: body.errors[0].path }).toEqual({ status: 400, path: '/returnUrl' });
  });

  it('is not there while the link page is switched off', async () => {
    const { url } = await begin();
    const path = `/v1/channels/${channelId}/link-page`;
    await app.request('PATCH', path, { body: { enabled: false } });
    expect(await desk().get(url)).toMatchObject({ status: 404 });
    await app.request('PATCH', path, { body: { enabled: true } });
  });

  it('says which visitors of its pages are whom, when they link and when they sign in', async () => {
    const [atLink, atSignIn] = ['v'.repeat(22), 'w'.repeat(22)];
    const tied = () =>
      app.get(Database).query(
        app.scope,
        sql`select m.external_id as member, count(*)::int as visitors from visitors v
              join members m on m.workspace_id = v.workspace_id and m.id = v.member_id group by 1`,
      );
    const stranger = await signIn(5);
    const body = { memberId: 'taro', visitorId: atLink };
    expect(await app.request('POST', `/v1/link-sessions/${stranger.id}/link`, { body })).toMatchObject({ status: 201 });
    await drainJobs(app.nest);
    expect(await tied()).toEqual([{ member: 'taro', visitors: 1 }]);
    const back = await goThrough(desk(), (await begin()).url, 5);
    expect(await resultOf(back, { visitorId: atSignIn })).toMatchObject({ status: 'known', memberId: 'taro' });
    await drainJobs(app.nest);
    expect(await tied()).toEqual([{ member: 'taro', visitors: 2 }]);
    const [link] = await live('taro');
    await app.request('DELETE', `/v1/links/${link.id}`);
    await drainJobs(app.nest);
  });
});
