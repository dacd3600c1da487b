import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { linkingModules, LinkingStory, lineUser } from '../testing/linking-story.js';

describe('Links imported', () => {
  let story: LinkingStory<TestApp>;

  beforeAll(async () => {
    const app = await createTestApp({ imports: linkingModules });
    story = await LinkingStory.start(app, () => drainJobs(app.nest));
  }, 60_000);

  afterAll(() => story.app.close());

  beforeEach(() => story.reset());

  it('have the defaults of the contract', async () => {
    const answer = await story.post([{ memberId: 'm1', lineUserId: lineUser(1) }]);
    expect(answer).toMatchObject({ status: 200, body: { created: 1, unchanged: 0, rejected: [] } });
    expect(await story.linksOf('m1')).toEqual([
      {
        id: expect.any(String),
        memberId: 'm1',
        channelId: story.channelId,
        lineUserId: lineUser(1),
        role: 'member',
        route: 'import',
        linkedAt: story.app.scope.clock.now().toISOString(),
        endedAt: null,
        endReason: null,
        friendState: 'none',
      },
    ]);
    expect(await story.tiesOf('m1')).toEqual({ linked: true, friendState: 'none' });
  });

  it('keep what is given', async () => {
    const linkedAt = '2020-02-29T23:59:59.999+09:00';
    await story.post([{ memberId: 'm1', lineUserId: lineUser(1), role: 'contractor', linkedAt, friend: true }]);
    expect(await story.linksOf('m1')).toMatchObject([
      { role: 'contractor', linkedAt: '2020-02-29T14:59:59.999Z', friendState: 'friend' },
    ]);
    expect(await story.tiesOf('m1')).toEqual({ linked: true, friendState: 'friend' });
  });

  it('are unchanged when they are there already, in the list before or in the same list', async () => {
    const link = { memberId: 'm1', lineUserId: lineUser(1), linkedAt: '2020-01-01T00:00:00Z' };
    expect((await story.post([link, { ...link, linkedAt: '2021-01-01T00:00:00Z' }])).body).toMatchObject({
      created: 1,
      unchanged: 1,
    });
    expect((await story.post([{ ...link, linkedAt: '2022-01-01T00:00:00Z' }])).body).toMatchObject({
      created: 0,
      unchanged: 1,
    });
    expect(await story.linksOf('m1')).toMatchObject([{ linkedAt: '2020-01-01T00:00:00.000Z' }]);
  });

  it('may be several of a member, several roles of a LINE user, and several members of a household', async () => {
    const links = [
      { memberId: 'm1', lineUserId: lineUser(1), role: 'contractor' },
      { memberId: 'm1', lineUserId: lineUser(1), role: 'user' },
      { memberId: 'm1', lineUserId: lineUser(2) },
      { memberId: 'm2', lineUserId: lineUser(1), role: 'contractor' },
    ];
    expect((await story.post(links)).body).toEqual({ created: 4, unchanged: 0, rejected: [] });
    expect((await story.linksOf('m1')).map(({ lineUserId, role }) => [lineUserId, role])).toEqual([
      [lineUser(1), 'contractor'],
      [lineUser(1), 'user'],
      [lineUser(2), 'member'],
    ]);
  });

  it('are refused one by one, with index, code and place, while the good ones are made', async () => {
    const good = { memberId: 'm1', lineUserId: lineUser(1) };
    const { status, body } = await story.post([
      { ...good, memberId: 'nobody' },
      good,
      { ...good, lineUserId: lineUser(10).toUpperCase() },
      { ...good, lineUserId: `${lineUser(1)}0` },
      { ...good, role: 'boss' },
      { ...good, linkedAt: '2026-02-30T00:00:00Z' },
      { ...good, linkedAt: '2026-04-01' },
      { ...good, linkedAt: '9999-12-31T23:59:59Z' },
      { ...good, friend: 'yes' },
      { ...good, friend: null },
      { ...good, surprise: 1 },
      { ...good, memberId: 'a\u0000b' },
      { ...good, memberId: 'x'.repeat(129) },
      { lineUserId: lineUser(1) },
      null,
      5,
      [],
      { ...good, memberId: 'm2' },
    ]);
    expect(status).toBe(200);
    expect(body).toMatchObject({ created: 2, unchanged: 0 });
    expect(body.rejected.map(({ index }: { index: number }) => index)).toEqual([
      0, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16,
    ]);
    expect(body.rejected[0]).toEqual({
      index: 0,
      code: 'member.not_found',
      detail: expect.stringContaining('/memberId'),
    });
    expect(body.rejected[1]).toEqual({
      index: 2,
      code: 'request.invalid',
      detail: expect.stringContaining('/lineUserId'),
    });
  });

  it.each([
    [{ channelId: 'x' }, '/channelId'],
    [{ channelId: 5 }, '/channelId'],
    [{ channelId: null }, '/channelId'],
    [{ channelId: '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90' }, '/channelId'],
    [{ links: {} }, '/links'],
    [{ links: undefined }, '/links'],
    [{ links: Array.from({ length: 1_001 }, (_, n) => ({ memberId: 'm1', lineUserId: lineUser(n) })) }, '/links'],
    [{ more: 1 }, '/more'],
  ])('are refused as a whole for %j', async (change, path) => {
    const { status, body } = await story.post([{ memberId: 'm1', lineUserId: lineUser(1) }], change);
    expect({ status, path: body.errors?.[0]?.path }).toEqual({ status: 400, path });
    expect(await story.linksOf('m1')).toEqual([]);
  });

  it('may be none, and a thousand', async () => {
    expect((await story.post([])).body).toEqual({ created: 0, unchanged: 0, rejected: [] });
    const thousand = Array.from({ length: 1_000 }, (_, n) => ({
      memberId: `m${n % 6}`,
      lineUserId: lineUser(n),
      friend: true,
    }));
    expect((await story.post(thousand)).body).toEqual({ created: 1_000, unchanged: 0, rejected: [] });
    expect((await story.post(thousand)).body).toEqual({ created: 0, unchanged: 1_000, rejected: [] });
    expect(await story.tiesOf('m5')).toEqual({ linked: true, friendState: 'friend' });
  });

  it('are made once by requests that come together', async () => {
    const links = Array.from({ length: 50 }, (_, n) => ({
      memberId: `m${n % 6}`,
      lineUserId: lineUser(n),
      friend: n % 2 === 0,
    }));
    const answers = await Promise.all(
      [links, [...links].reverse(), links, [...links].reverse()].map((all) => story.post(all)),
    );
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200]);
    expect(answers.reduce((sum, { body }) => sum + Number(body.created), 0)).toBe(50);
  });

  it('believe the last word of a request, and then LINE alone', async () => {
    const link = { memberId: 'm1', lineUserId: lineUser(1) };
    await story.post([{ ...link, friend: true }]);
    expect(await story.tiesOf('m1')).toMatchObject({ friendState: 'friend' });
    await story.post([
      { ...link, friend: true },
      { ...link, friend: false },
    ]);
    expect(await story.tiesOf('m1')).toMatchObject({ friendState: 'none' });
    await story.says(1, 'blocked', 0);
    expect(await story.tiesOf('m1')).toMatchObject({ friendState: 'blocked' });
    await story.post([{ ...link, friend: true }]);
    expect(await story.tiesOf('m1')).toMatchObject({ friendState: 'blocked' });
  });

  it('tell everybody who shares a LINE user what is believed of it', async () => {
    await story.post([{ memberId: 'm1', lineUserId: lineUser(1) }]);
    await story.post([{ memberId: 'm2', lineUserId: lineUser(1), friend: true }]);
    expect(await story.tiesOf('m1')).toEqual({ linked: true, friendState: 'friend' });
  });

  it('know what LINE had said before there was a link', async () => {
    await story.says(1, 'friend', 0);
    await story.post([{ memberId: 'm1', lineUserId: lineUser(1) }]);
    expect(await story.tiesOf('m1')).toEqual({ linked: true, friendState: 'friend' });
  });

  it('are imported once under one Idempotency-Key', async () => {
    const body = { channelId: story.channelId, links: [{ memberId: 'm1', lineUserId: lineUser(1) }] };
    const ask = () => story.app.request('POST', '/v1/links/batch', { body, headers: { 'idempotency-key': 'k1' } });
    expect((await ask()).body).toMatchObject({ created: 1 });
    expect((await ask()).body).toMatchObject({ created: 1, unchanged: 0 });
  });

  it('of another channel belong to another person, though the user id is the same', async () => {
    await story.post([{ memberId: 'm1', lineUserId: lineUser(1), friend: true }]);
    await story.post([{ memberId: 'm2', lineUserId: lineUser(1) }], { channelId: story.otherChannelId });
    expect(await story.tiesOf('m2')).toEqual({ linked: true, friendState: 'none' });
  });
});
