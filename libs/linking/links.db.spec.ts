import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database, sql } from '#database';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { linkingModules, LinkingStory, lineUser, type ShownLink } from './testing/linking-story.js';

describe('Links', () => {
  let story: LinkingStory<TestApp>;

  beforeAll(async () => {
    const app = await createTestApp({ imports: linkingModules });
    story = await LinkingStory.start(app, () => drainJobs(app.nest));
  }, 60_000);

  afterAll(() => story.app.close());

  beforeEach(() => story.reset());

  describe('ended', () => {
    it('stay in the list, count nowhere, and can be ended again without effect', async () => {
      await story.post([{ memberId: 'm1', lineUserId: lineUser(1), friend: true }]);
      const [link] = await story.linksOf('m1');
      const url = `/v1/links/${link!.id}`;
      expect(await story.app.request('DELETE', url)).toMatchObject({ status: 204 });
      const endedAt = story.app.scope.clock.now().toISOString();
      expect(await story.linksOf('m1')).toMatchObject([{ endedAt, endReason: 'unlinked' }]);
      expect(await story.tiesOf('m1')).toEqual({ linked: false, friendState: 'none' });
      story.app.scope.clock.advance(60_000);
      expect(await story.app.request('DELETE', url)).toMatchObject({ status: 204 });
      expect(await story.linksOf('m1')).toMatchObject([{ endedAt }]);
      const entries = await story.app
        .get(Database)
        .query(
          story.app.scope,
          sql`select 1 from audit_entries where action = 'linking.link_ended' and subject = ${`links/${link!.id}`}`,
        );
      expect(entries).toHaveLength(1);
    });

    it('can be made anew', async () => {
      const link = { memberId: 'm1', lineUserId: lineUser(1) };
      await story.post([link]);
      await story.end((await story.linksOf('m1'))[0]!.id);
      expect((await story.post([link])).body).toMatchObject({ created: 1 });
      expect((await story.linksOf('m1')).map(({ endedAt }) => endedAt !== null)).toEqual([true, false]);
      expect(await story.tiesOf('m1')).toMatchObject({ linked: true });
    });

    it.each(['0', '-1', '1.5', 'x', '999999999', '99999999999999999999', '1e3'])(
      'are not found by the id %s',
      async (id) => {
        expect(await story.app.request('DELETE', `/v1/links/${id}`)).toMatchObject({ status: 404 });
      },
    );

    it('end with their channel, part by part', async () => {
      const doomed = await story.connect(`doomed-${story.app.scope.clock.now().getTime()}`);
      await story.post([{ memberId: 'm1', lineUserId: lineUser(1), friend: true }], { channelId: doomed });
      await story.post([{ memberId: 'm2', lineUserId: lineUser(2) }]);
      expect(await story.app.request('DELETE', `/v1/channels/${doomed}`)).toMatchObject({ status: 204 });
      await drainJobs(story.app.nest);
      expect(await story.linksOf('m1')).toMatchObject([{ endReason: 'channel_deleted' }]);
      expect(await story.tiesOf('m1')).toEqual({ linked: false, friendState: 'none' });
      expect(await story.tiesOf('m2')).toMatchObject({ linked: true });
      expect(await story.post([{ memberId: 'm1', lineUserId: lineUser(1) }], { channelId: doomed })).toMatchObject({
        status: 400,
      });
    });
  });

  describe('listed', () => {
    it('come page by page', async () => {
      await story.post([1, 2, 3].map((n) => ({ memberId: 'm1', lineUserId: lineUser(n) })));
      const { body: first } = await story.app.request('GET', '/v1/members/m1/links?limit=2');
      const { body: second } = await story.app.request(
        'GET',
        `/v1/members/m1/links?limit=2&cursor=${first.nextCursor}`,
      );
      expect([...first.items, ...second.items].map(({ lineUserId }: ShownLink) => lineUserId)).toEqual([
        lineUser(1),
        lineUser(2),
        lineUser(3),
      ]);
      expect(second.nextCursor).toBeNull();
    });

    it('are not found for an unknown member', async () => {
      expect(await story.app.request('GET', '/v1/members/nobody/links')).toMatchObject({ status: 404 });
    });
  });

  it('of another workspace are neither seen, nor made, nor ended', async () => {
    await story.post([{ memberId: 'm1', lineUserId: lineUser(1) }]);
    const [link] = await story.linksOf('m1');
    const { key } = await story.app.workspace();
    expect(await story.app.request('GET', '/v1/members/m1/links', { key })).toMatchObject({ status: 404 });
    expect(await story.app.request('DELETE', `/v1/links/${link!.id}`, { key })).toMatchObject({ status: 404 });
    const body = { channelId: story.channelId, links: [{ memberId: 'm1', lineUserId: lineUser(1) }] };
    expect(await story.app.request('POST', '/v1/links/batch', { key, body })).toMatchObject({
      status: 400,
      body: { errors: [{ path: '/channelId' }] },
    });
    expect(await story.linksOf('m1')).toEqual([link]);
  });
});
