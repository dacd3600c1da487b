import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { LineUsers } from '#channels';
import { Database, sql } from '#database';
import type { AppError } from '#kernel';
import { Members } from '#members';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import type { LinkRole } from './link.entity.js';
import { linked, unlinked, type UnlinkedRefs } from './linking.jobs.js';
import { Links } from './links.service.js';
import { linkingModules, LinkingStory, lineUser } from './testing/linking-story.js';

describe('A link that a person makes', () => {
  let story: LinkingStory<TestApp>;
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ imports: linkingModules });
    story = await LinkingStory.start(app, () => drainJobs(app.nest));
  }, 60_000);

  afterAll(() => app.close());

  beforeEach(() => story.reset());

  /** Ids as the inside knows them. */
  async function ids(member: string, user: number, channelId = story.channelId) {
    const members = await app.get(Members).find(app.scope, [member]);
    const people = await app.get(LineUsers).ensure(app.scope, channelId, [lineUser(user)]);
    return { channelId, memberId: members.get(member)!, lineUserId: people.get(lineUser(user))! };
  }

  async function make(member: string, user: number, role: LinkRole = 'member', channelId?: string) {
    return app.get(Links).make(app.scope, { ...(await ids(member, user, channelId)), role, route: 'login' });
  }

  const codeOf = async (made: Promise<unknown>) =>
    made.then(
      () => 'made',
      (error: unknown) => (error as AppError).code,
    );

  /** What was announced and nobody has been told yet. */
  async function announced(job: string) {
    const rows = await app
      .get(Database)
      .query<{ payload: UnlinkedRefs }>(app.scope, sql`select payload from outbox where job = ${job} order by id`);
    return rows.map(({ payload }) => payload);
  }

  it('is there, with its route, and announced once', async () => {
    const made = await make('m1', 1, 'contractor');
    expect(made).toEqual({ linkId: expect.any(String), created: true });
    expect(await story.linksOf('m1')).toMatchObject([{ role: 'contractor', route: 'login', endedAt: null }]);
    expect(await story.tiesOf('m1')).toMatchObject({ linked: true });
    const { channelId, memberId, lineUserId } = await ids('m1', 1);
    const link = { linkId: made.linkId, memberId, lineUserId, role: 'contractor', route: 'login' };
    expect(await announced(linked.name)).toEqual([{ workspaceId: app.scope.workspaceId, channelId, links: [link] }]);
  });

  it('is the same when it is made again', async () => {
    const { linkId } = await make('m1', 1);
    expect(await make('m1', 1)).toEqual({ linkId, created: false });
    expect(await announced(linked.name)).toHaveLength(1);
  });

  it('may be one of several roles, and of several channels', async () => {
    await make('m1', 1, 'contractor');
    await make('m1', 1, 'user');
    await make('m1', 1, 'contractor', story.otherChannelId);
    await make('m2', 1, 'user', story.otherChannelId);
    expect(await story.linksOf('m1')).toHaveLength(3);
  });

  it('is refused where the LINE user has the role for another member', async () => {
    await make('m1', 1, 'user');
    expect(await codeOf(make('m2', 1, 'user'))).toBe('linking.line_user_taken');
    expect(await story.linksOf('m2')).toEqual([]);
  });

  it.each(['contractor', 'member'] as const)('is refused where another LINE user is the %s', async (role) => {
    await make('m1', 1, role);
    expect(await codeOf(make('m1', 2, role))).toBe('linking.member_taken');
  });

  it('may be one of several users of a contract', async () => {
    await make('m1', 1, 'user');
    await make('m1', 2, 'user');
    expect(await story.linksOf('m1')).toHaveLength(2);
  });

  it('is not made for a member who is gone', async () => {
    const link = { ...(await ids('m1', 1)), memberId: '999999', role: 'member', route: 'login' } as const;
    expect(await codeOf(app.get(Links).make(app.scope, link))).toBe('member.not_found');
  });

  it('is made once by ten who come at the same time', async () => {
    const all = await Promise.all(Array.from({ length: 10 }, () => make('m1', 1)));
    expect(all.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(all.map(({ linkId }) => linkId)).size).toBe(1);
    expect(await announced(linked.name)).toHaveLength(1);
  });

  it('is one LINE user’s of ten who want the same member, and one member’s of ten who want the same LINE user', async () => {
    const users = await Promise.all(Array.from({ length: 10 }, (_, n) => codeOf(make('m1', n + 1))));
    expect(users.filter((code) => code === 'made')).toHaveLength(1);
    expect(users.filter((code) => code === 'linking.member_taken')).toHaveLength(9);
    await story.reset();
    const members = await Promise.all(Array.from({ length: 6 }, (_, n) => codeOf(make(`m${n}`, 1))));
    expect(members.filter((code) => code === 'made')).toHaveLength(1);
    expect(members.filter((code) => code === 'linking.line_user_taken')).toHaveLength(5);
  });

  it('keeps LINE’s tokens sealed, and knows them by nobody else’s row', async () => {
    const tokens = { accessToken: 'access-in-clear', refreshToken: 'refresh-in-clear', accessExpiresAt: new Date(0) };
    const link = { ...(await ids('m1', 1)), role: 'member', route: 'login', tokens } as const;
    await app.get(Links).make(app.scope, link);
    const grants = await app.get(Database).query<{ tokens: Buffer }>(app.scope, sql`select tokens from login_grants`);
    expect(grants).toHaveLength(1);
    expect(grants[0]!.tokens.toString('latin1')).not.toMatch(/in-clear/);
  });

  it('and its tokens are not kept where it is refused', async () => {
    await make('m1', 1);
    const tokens = { accessToken: 'a', refreshToken: 'r', accessExpiresAt: new Date(0) };
    const link = { ...(await ids('m2', 1)), role: 'member', route: 'login', tokens } as const;
    expect(await codeOf(app.get(Links).make(app.scope, link))).toBe('linking.line_user_taken');
    expect(await app.get(Database).query(app.scope, sql`select from login_grants`)).toEqual([]);
  });

  it('announces its end with the reason, once', async () => {
    const { linkId } = await make('m1', 1);
    const ends = await Promise.all(
      Array.from({ length: 10 }, () => app.get(Links).end(app.scope, linkId, 'unlinked_in_talk')),
    );
    expect(ends.filter(Boolean)).toHaveLength(1);
    expect(await announced(unlinked.name)).toMatchObject([{ reason: 'unlinked_in_talk', links: [{ linkId }] }]);
    expect(await story.tiesOf('m1')).toMatchObject({ linked: false });
  });

  it('ends with all others of the member at once, channel by channel', async () => {
    await make('m1', 1, 'contractor');
    await make('m1', 2, 'user');
    await make('m1', 1, 'member', story.otherChannelId);
    await make('m2', 3);
    expect(await app.get(Links).endOfMember(app.scope, (await ids('m1', 1)).memberId)).toBe(3);
    expect((await announced(unlinked.name)).map(({ links, reason }) => [links.length, reason]).sort()).toEqual([
      [1, 'erased'],
      [2, 'erased'],
    ]);
    expect(await story.tiesOf('m1')).toMatchObject({ linked: false });
    expect(await story.tiesOf('m2')).toMatchObject({ linked: true });
  });

  it('is announced with all others of an import in one fact, and of a deleted channel in one', async () => {
    const channelId = await story.connect('announced');
    const links = Array.from({ length: 1_000 }, (_, n) => ({ memberId: `m${n % 6}`, lineUserId: lineUser(n) }));
    await story.post(links, { channelId });
    expect((await announced(linked.name)).map(({ links: { length } }) => length)).toEqual([1_000]);
    await story.post(links, { channelId });
    expect(await announced(linked.name)).toHaveLength(1);
    await app.get(Links).endOfChannel(app.scope, channelId);
    expect((await announced(unlinked.name)).map(({ links: { length }, reason }) => [length, reason])).toEqual([
      [1_000, 'channel_deleted'],
    ]);
  });
});
