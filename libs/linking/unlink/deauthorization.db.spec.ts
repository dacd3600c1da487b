import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database, sql } from '#database';
import { createTestApp, drainJobs, testScope, type TestApp } from '#testing';
import { LinkingHttpModule, LinkingJobsModule } from '../linking.module.js';
import { linkPageModules, LinkPageStory } from '../pages/testing/link-page-story.js';
import { EmulatedLogin } from '../testing/emulated-login.js';

const DAY = 24 * 60 * 60_000;

describe('LINE is told that a consent has ended', () => {
  let app: TestApp;
  let line: EmulatedLogin;
  let story: LinkPageStory;
  let user: string;
  let member: string;
  let round = 0;

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

  beforeEach(async () => {
    member = `hana-${++round}`;
    user = await story.person();
    await story.link(story.phone(), user, member);
    await drainJobs(app.nest);
  });

  afterEach(() => line.clearFaults());

  async function consented(): Promise<boolean> {
    const answer = await fetch(`${line.url}/_emulator/login/grants?channelId=${line.lineChannelId}`);
    const { grants } = (await answer.json()) as { grants: { userId: string; consented: boolean }[] };
    return grants.find(({ userId }) => userId === user)!.consented;
  }

  const grant = async () => {
    const [row] = await app.get(Database).query<{ state: string; reason: string | null; isKept: boolean }>(
      app.scope,
      sql`select g.state, g.reason, g.tokens is not null as "isKept" from login_grants g
            join line_users u on u.id = g.line_user_id where u.user_id = ${user}`,
    );
    return row!;
  };

  const live = async () => {
    const { items } = (await app.request('GET', `/v1/members/${member}/links`)).body;
    return items.filter(({ endedAt }: { endedAt: string | null }) => endedAt === null) as {
      id: string;
      role: string;
    }[];
  };
  const endAll = async () => {
    for (const { id } of await live()) await app.request('DELETE', `/v1/links/${id}`);
  };

  it('when the link ends, and then its tokens are forgotten', async () => {
    expect(await grant()).toEqual({ state: 'kept', reason: null, isKept: true });
    await endAll();
    expect(await grant()).toMatchObject({ state: 'owed' });
    await drainJobs(app.nest);
    expect(await grant()).toEqual({ state: 'done', reason: null, isKept: false });
    expect(await consented()).toBe(false);
  });

  it('not before the last link of the LINE user has ended', async () => {
    const links = [{ memberId: member, lineUserId: user, role: 'user' }];
    await app.request('POST', '/v1/links/batch', { body: { channelId: story.channelId, links } });
    const [first, second] = await live();
    await app.request('DELETE', `/v1/links/${first!.id}`);
    await drainJobs(app.nest);
    expect(await consented()).toBe(true);
    await app.request('DELETE', `/v1/links/${second!.id}`);
    await drainJobs(app.nest);
    expect(await consented()).toBe(false);
  });

  it('as often as it takes until LINE has heard it', async () => {
    await line.fault({ kind: 'before500', endpoint: 'login.deauthorize', times: 4 });
    await endAll();
    for (let n = 0; n < 12 && (await grant()).state === 'owed'; n++) {
      await drainJobs(app.nest, { failures: 'allow' });
      await story.wait(60 * 60_000);
    }
    expect(await grant()).toMatchObject({ state: 'done' });
    expect(await consented()).toBe(false);
  });

  it('with a new token, where the one that is kept has ended', async () => {
    await story.wait(31 * DAY);
    await endAll();
    await drainJobs(app.nest);
    expect(await grant()).toMatchObject({ state: 'done' });
    expect(await consented()).toBe(false);
  });

  it('not, where all tokens have ended, and that is written down', async () => {
    await story.wait(91 * DAY);
    await endAll();
    await drainJobs(app.nest);
    expect(await grant()).toEqual({ state: 'impossible', reason: 'tokens_ended', isKept: false });
    const entries = await app
      .get(Database)
      .query(app.scope, sql`select from audit_entries where action = 'linking.deauthorize_impossible'`);
    expect(entries).toHaveLength(1);
  });

  it('not, where the Login channel is gone, and that is written down', async () => {
    await endAll();
    await app.request('PATCH', `/v1/channels/${story.channelId}`, { body: { login: null } });
    await drainJobs(app.nest);
    expect(await grant()).toEqual({ state: 'impossible', reason: 'no_login_channel', isKept: false });
    await app.request('PATCH', `/v1/channels/${story.channelId}`, { body: { login: line.login } });
  });

  it('not, where the LINE user has linked again before', async () => {
    await endAll();
    const links = [{ memberId: member, lineUserId: user }];
    await app.request('POST', '/v1/links/batch', { body: { channelId: story.channelId, links } });
    await drainJobs(app.nest);
    expect(await grant()).toMatchObject({ state: 'kept', isKept: true });
    expect(await consented()).toBe(true);
  });

  it('once more without harm, where LINE knows already', async () => {
    const { lineChannelId: channelId } = line;
    await fetch(`${line.url}/_emulator/login/withdraw`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ channelId, userId: user }),
    });
    await endAll();
    await drainJobs(app.nest);
    expect(await grant()).toMatchObject({ state: 'done' });
  });

  it('of nobody whose channel is deleted', async () => {
    // A second account, so that the others keep theirs.
    const other = await story.connect({ lineChannelId: '1000000099', verify: false });
    const links = [{ memberId: member, lineUserId: user }];
    await app.request('POST', '/v1/links/batch', { body: { channelId: other, links } });
    await app.get(Database).execute(
      app.scope,
      sql`insert into login_grants (workspace_id, line_user_id, channel_id, tokens, access_expires_at,
                                    refresh_expires_at, state)
          select workspace_id, id, channel_id, '\\x00', now(), now(), 'kept' from line_users
           where user_id = ${user} and channel_id = ${other}`,
    );
    await app.request('DELETE', `/v1/channels/${other}`);
    await drainJobs(app.nest);
    const rows = await app
      .get(Database)
      .query(app.scope, sql`select state, reason from login_grants where channel_id = ${other}`);
    expect(rows).toEqual([{ state: 'impossible', reason: 'channel_deleted' }]);
  });
});
