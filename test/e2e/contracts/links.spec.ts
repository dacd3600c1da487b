import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from '#testing';
import { ChannelsJobsModule } from '#channels';
import { LinkingJobsModule } from '#linking';
import { features } from '../../../apps/api/app.module.js';
import { lineUser, paths, Shop, type Json } from './shop.js';

const friend = (state: string, more: Json = {}): Json => ({ kind: 'friend', state, ...more });
const linked = (more: Json = {}): Json => ({ kind: 'link', linked: true, ...more });

describe('The contract of links', () => {
  let app: TestApp;
  let shop: Shop;
  let channelId: string;

  beforeAll(
    async () => void (app = await createTestApp({ imports: [...features, ChannelsJobsModule, LinkingJobsModule] })),
  );
  afterAll(() => app.close());
  beforeEach(async () => {
    shop = await Shop.open(app);
    channelId = await shop.channel();
    await shop.put('hanako');
    await shop.put('taro');
  });

  const link = async (...links: Json[]) => {
    const answer = await shop.links(
      channelId,
      ...links.map((one) => ({ memberId: 'hanako', lineUserId: lineUser(1), ...one })),
    );
    await shop.settle();
    return answer;
  };
  const linksOf = async (memberId = 'hanako') => (await shop.must('GET', `/v1/members/${memberId}/links`)).items;
  const state = async () => {
    const { linked: is, friendState } = await shop.member('hanako');
    const states = await Promise.all(['friend', 'blocked', 'none'].map((s) => shop.holds(friend(s))));
    const preview = await shop.must('POST', '/v1/segments/preview', { rule: linked() });
    return { is, friendState, states, reachable: preview.reachable, linked: preview.linked };
  };
  const states = { friend: [true, false, false], blocked: [false, true, false], none: [false, false, true] };

  it('has defaults: member, now, no friend', async () => {
    expect(await link({})).toEqual({ created: 1, unchanged: 0, rejected: [] });
    const [only] = await linksOf();
    expect(only).toMatchObject({ role: 'member', lineUserId: lineUser(1), channelId });
    expect(new Date(only.linkedAt)).toEqual(app.scope.clock.now());
    expect(await state()).toEqual({ is: true, friendState: 'none', states: states.none, reachable: 0, linked: 0 });
  });

  it('believes what it is told until LINE says otherwise', async () => {
    const linkedAt = '2026-04-01T00:00:00Z';
    await link({ linkedAt });
    expect(await state()).toMatchObject({ friendState: 'none', states: states.none, reachable: 0, linked: 1 });
    expect(await link({ linkedAt, friend: true })).toMatchObject({ created: 0, unchanged: 1 });
    expect(await state()).toMatchObject({ friendState: 'friend', states: states.friend, reachable: 1 });
    await link({ linkedAt, friend: false });
    expect(await state()).toMatchObject({ friendState: 'none', states: states.none });
    expect(await shop.lineSays(channelId, 'unfollow', lineUser(1))).toBe(200);
    expect(await state()).toMatchObject({ friendState: 'blocked', states: states.blocked, reachable: 0, linked: 1 });
    await link({ linkedAt, friend: true });
    expect(await state()).toMatchObject({ friendState: 'blocked', states: states.blocked });
    await shop.lineSays(channelId, 'follow', lineUser(1), 'same');
    expect(await state()).toMatchObject({ friendState: 'friend', reachable: 1 });
    await shop.lineSays(channelId, 'unfollow', lineUser(1), 'same');
    await link({ linkedAt, friend: false });
    expect(await state()).toMatchObject({ friendState: 'friend', states: states.friend, reachable: 1 });
  });

  it('takes the best state over the linked LINE users, by channel where asked', async () => {
    const second = await shop.channel('2');
    const linkedAt = '2026-04-01T00:00:00Z';
    await link({ lineUserId: lineUser(1), linkedAt }, { lineUserId: lineUser(2), linkedAt });
    await shop.lineSays(channelId, 'unfollow', lineUser(1));
    expect((await state()).states).toEqual(states.blocked);
    await shop.links(second, { memberId: 'hanako', lineUserId: lineUser(3), linkedAt, friend: true });
    await shop.settle();
    expect((await state()).states).toEqual(states.friend);
    expect(await shop.holds(friend('blocked', { channelId }))).toBe(true);
    expect(await shop.holds(friend('friend', { channelId }))).toBe(false);
    expect(await shop.holds(friend('friend', { channelId: second }))).toBe(true);
    expect(await shop.who(friend('none', { channelId: second }))).toEqual(['taro']);
    expect(await shop.who(linked({ channelId: second }))).toEqual(['hanako']);
    await link({ memberId: 'taro', lineUserId: lineUser(2), linkedAt });
    expect(await shop.who(linked({ channelId: second }))).toEqual(['hanako']);
    expect(await shop.who(linked({ channelId }))).toEqual(['hanako', 'taro']);
  });

  it('keeps at most one live link of a member, a LINE user and a role', async () => {
    const three = [{ role: 'contractor' }, { role: 'user' }, {}];
    expect(await link(...three)).toMatchObject({ created: 3, unchanged: 0 });
    expect(await link(...three, { role: 'member' })).toMatchObject({ created: 0, unchanged: 4 });
    expect(await link({ memberId: 'taro' }, { lineUserId: lineUser(2) })).toMatchObject({ created: 2 });
    expect((await linksOf()).map(({ role }: Json) => role).sort()).toEqual(['contractor', 'member', 'member', 'user']);
    expect(await linksOf('taro')).toHaveLength(1);
  });

  it.each<[string, Json]>([
    ['an unknown member', { memberId: 'nobody' }],
    ['no member', { memberId: undefined }],
    ['an unknown role', { role: 'boss' }],
    ['a date without offset', { linkedAt: '2026-01-01T00:00:00' }],
    ['a friend of another type', { friend: 'yes' }],
    ['no LINE user', { lineUserId: undefined }],
    ['an unknown field', { nope: 1 }],
  ])('rejects %s and takes the others', async (_, bad) => {
    const answer = await link({}, bad, { memberId: 'taro' });
    const rejected = [{ index: 1, code: expect.any(String), detail: expect.any(String) }];
    expect(answer).toEqual({ created: 2, unchanged: 0, rejected });
    expect((await shop.call('GET', '/v1/members/nobody')).status).toBe(404);
  });

  it('asks by role, by route, by date, and its plain negation', async () => {
    await link(
      { role: 'user', linkedAt: '2026-04-01T00:00:00+09:00' },
      { memberId: 'taro', lineUserId: lineUser(2), role: 'contractor', linkedAt: '2026-02-01T00:00:00+09:00' },
    );
    await shop.put('jiro');
    const april = { within: { from: '2026-04-01' } };
    const cases: [Json, string[], string?][] = [
      [{}, ['hanako', 'taro']],
      [{ role: 'user' }, ['hanako']],
      [{ role: 'member' }, []],
      [{ route: 'import', role: 'user' }, ['hanako']],
      [{ route: 'login' }, []],
      [april, ['hanako']],
      [{ within: { to: '2026-04-01' } }, ['taro']],
      [{ within: { days: 14 } }, ['hanako']],
      [{ within: { days: 13 } }, []],
      [{ role: 'contractor', ...april }, []],
      [{ role: 'user', ...april, channelId }, ['hanako']],
      [{}, ['taro'], '2026-04-01'],
      [{}, ['hanako', 'taro'], '2026-04-01T00:00:00.001+09:00'],
      [{}, [], '2026-02-01'],
    ];
    for (const [asked, who, asOf] of cases) {
      expect([asked, await shop.who(linked(asked), asOf)]).toEqual([asked, who]);
      const rest = ['hanako', 'jiro', 'taro'].filter((id) => !who.includes(id));
      const negated = { kind: 'link', linked: false, ...asked };
      expect([negated, await shop.who(negated, asOf)]).toEqual([negated, rest]);
    }
    // `linked` in answers speaks of now.
    const rule = { kind: 'sample', percent: 100 };
    expect(await shop.must('POST', '/v1/segments/preview', { rule, asOf: '2020-01-01' })).toMatchObject({
      count: 3,
      linked: 2,
    });
  });

  it('ends, counts nowhere, keeps its history, and can come again', async () => {
    const linkedAt = '2026-04-01T00:00:00Z';
    await link({ friend: true, linkedAt });
    const [{ id }] = await linksOf();
    expect((await shop.call('DELETE', `/v1/links/${id}`)).status).toBeLessThan(300);
    await shop.settle();
    expect(await state()).toEqual({ is: false, friendState: 'none', states: states.none, reachable: 0, linked: 0 });
    expect(await shop.who(linked())).toEqual([]);
    expect(await shop.who(linked(), '2026-04-05')).toEqual([]);
    const [ended] = await linksOf();
    expect(ended).toMatchObject({ id, endedAt: expect.any(String) });
    expect(await link({ linkedAt })).toMatchObject({ created: 1, unchanged: 0 });
    expect(await linksOf()).toHaveLength(2);
  });

  it('refuses too many, and a channel that is not there', async () => {
    const one = { memberId: 'hanako', lineUserId: lineUser(1) };
    const post = (of: string, n: number) =>
      shop.call('POST', '/v1/links/batch', { channelId: of, links: Array(n).fill(one) });
    expect((await post(channelId, 1_001)).status).toBe(400);
    expect([400, 404]).toContain((await post('00000000-0000-4000-8000-000000000000', 1)).status);
    expect(await post(channelId, 1_000)).toMatchObject({ status: 200, body: { created: 1, unchanged: 999 } });
    expect(paths(await shop.call('POST', '/v1/links/batch', { channelId }))).toEqual(['/links']);
  });

  it('answers 404 for links of nobody', async () => {
    expect((await shop.call('GET', '/v1/members/nobody/links')).status).toBe(404);
  });
});
