import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Channels } from '#channels';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { MenusAtLine } from '../testing/menus-at-line.js';
import { openShop, whatIsThere, whatShouldBe } from '../testing/menus-shop.js';
import { lineUser, menusModules, MenusStage } from '../testing/menus-stage.js';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;

describe('LINE', () => {
  let app: TestApp;
  let line: MenusAtLine;
  let stage: MenusStage;

  beforeAll(async () => {
    line = await MenusAtLine.start();
    const config = { lineApiBaseUrl: line.url, lineDataApiBaseUrl: line.url, lineTimeoutMs: 3_000 };
    app = await createTestApp({ imports: menusModules, config });
  }, 60_000);

  afterAll(async () => {
    await app.close();
    line.stop();
  });

  beforeEach(async () => {
    await drainJobs(app.nest, { failures: 'allow' });
    stage = await MenusStage.open(app, line, () => drainJobs(app.nest, { schedules: true }));
  });

  const all = (count: number, name: string) => new Map(Array.from({ length: count }, (_, n) => [lineUser(n), name]));

  it('is given a new menu for an edited one, then the people, and then loses the old one', async () => {
    const { member } = await openShop(stage, 3);
    await stage.settle(1);
    expect(await whatIsThere(line)).toEqual(whatShouldBe(3));
    const before = (await line.overview()).menus.map(({ richMenuId }) => richMenuId);
    await stage.edit(member, 'edited');
    await stage.drain();
    expect(await line.owned()).toEqual(all(3, 'edited'));
    await stage.settle(3);
    expect((await line.names()).menus).toEqual(['edited', 'guest']);
    const after = (await line.overview()).menus.map(({ richMenuId }) => richMenuId);
    expect(after.filter((id) => before.includes(id))).toHaveLength(1);
  });

  it('has the alias lead to the edited tab before the old one goes', async () => {
    const { tab } = await openShop(stage, 1);
    await stage.drain();
    const { aliases: before } = await line.overview();
    await stage.edit(tab, 'tab', 'something else');
    await stage.drain();
    const { aliases: after, menus } = await line.overview();
    expect(after).toHaveLength(1);
    expect(after[0]!.richMenuAliasId).toBe(before[0]!.richMenuAliasId);
    expect(after[0]!.richMenuId).not.toBe(before[0]!.richMenuId);
    expect(menus).toHaveLength(4);
    await stage.settle(3);
    expect(await whatIsThere(line)).toEqual(whatShouldBe(1));
  });

  it('is asked five hundred people at a time, and only once for each', async () => {
    await openShop(stage, 1_200);
    await stage.drain();
    expect(await whatIsThere(line)).toEqual(whatShouldBe(1_200));
    const [bulk, single] = [await line.answers('richmenu.bulk.link'), await line.answers('richmenu.link')];
    expect([bulk, single]).toEqual([{ 202: 3 }, {}]);
    await stage.settle(1);
    await stage.rules([]);
    await stage.settle(3);
    expect([...(await line.owned())]).toEqual([]);
    expect(await line.answers('richmenu.bulk.unlink')).toEqual({ 202: 3 });
  });

  it('is not asked for people whom the default menu serves', async () => {
    const guest = await stage.menu('guest');
    await stage.rules([], guest);
    await stage.linkedFriends(5);
    await stage.settle(1);
    expect((await line.names()).default).toBe('guest');
    expect([await line.answers('richmenu.link'), await line.answers('richmenu.bulk.link')]).toEqual([{}, {}]);
  });

  it('keeps what other tools have made', async () => {
    const theirs = { size: { width: 800, height: 250 }, selected: false, name: 'theirs', chatBarText: 'x', areas: [] };
    await line.call('POST', '/v2/bot/richmenu', theirs);
    await line.call('POST', '/v2/bot/richmenu', { ...theirs, name: 'a #tsunagi:x.y.1' });
    await openShop(stage, 1);
    await stage.pass(2 * HOUR);
    await stage.rules([]);
    await stage.pass(2 * HOUR);
    await stage.settle(3);
    expect((await line.names()).menus).toEqual(['a', 'theirs']);
  });

  it('is given a menu again that somebody has deleted there', async () => {
    await openShop(stage, 2);
    await stage.drain();
    for (const { richMenuId } of (await line.overview()).menus)
      await line.call('DELETE', `/v2/bot/richmenu/${richMenuId}`);
    await stage.member('new');
    await stage.friends(2, 1);
    await stage.link([['new', 2]]);
    await stage.settle(2);
    await stage.pass(2 * HOUR);
    await stage.settle(2);
    expect(await whatIsThere(line)).toEqual(whatShouldBe(3));
  });

  it('is told again about who blocks and comes back, and not while they block', async () => {
    await openShop(stage, 2);
    await stage.drain();
    const [gone] = [...(await stage.friends(0, 1)).values()];
    await line.setState(lineUser(0), 'blocked');
    stage.scope.clock.advance(1_000);
    await stage.hear([gone!], 'blocked');
    await stage.settle(1);
    const links = await line.answers('richmenu.link');
    expect((await stage.ofMember('m0'))[0]!.line.state).toBe('blocked');
    await line.setState(lineUser(0), 'friend');
    expect((await line.owned()).has(lineUser(0))).toBe(false);
    stage.scope.clock.advance(1_000);
    await stage.hear([gone!], 'friend');
    await stage.drain();
    expect(await line.owned()).toEqual(all(2, 'member'));
    expect((await line.answers('richmenu.link'))['200']).toBe(links['200']! + 1);
    // Both between two readings of webhooks: of two words only the newest counts.
    for (const state of ['blocked', 'friend']) await line.setState(lineUser(0), state);
    stage.scope.clock.advance(1_000);
    await stage.hear([gone!], 'friend');
    await stage.drain();
    expect(await line.owned()).toEqual(all(2, 'member'));
  });

  it('leaves who taps a tab there, and takes them along when the tab is edited', async () => {
    const { tab } = await openShop(stage, 2);
    await stage.drain();
    await stage.tap(0, tab);
    await stage.pass(2 * HOUR);
    await stage.settle(1);
    expect((await line.owned()).get(lineUser(0))).toBe('tab');
    await stage.edit(tab, 'tab', 'something else');
    await stage.settle(3);
    // The menu they were given again, not the default that LINE shows whose own menu is deleted.
    expect(await whatIsThere(line)).toEqual(whatShouldBe(2));
  });

  it('is repaired where somebody has changed it behind our back', async () => {
    await openShop(stage, 30);
    const { default: standing, menus } = await (async () => {
      await stage.drain();
      return line.overview();
    })();
    const tab = menus.find(({ name }) => name.startsWith('tab'))!.richMenuId;
    for (let n = 0; n < 30; n++) await line.meddle(lineUser(n), n % 2 ? null : standing);
    await line.call('DELETE', '/v2/bot/user/all/richmenu');
    await line.call('DELETE', `/v2/bot/richmenu/alias/${(await line.overview()).aliases[0]!.richMenuAliasId}`);
    await line.meddle(lineUser(0), tab);
    await stage.pass(2 * HOUR);
    await stage.settle(2);
    const owned = await line.owned();
    // Whoever has tapped a tab may keep it.
    expect(['member', 'tab']).toContain(owned.get(lineUser(0)));
    expect([...owned.values()].filter((name) => name === 'member').length).toBeGreaterThanOrEqual(29);
    expect((await line.names()).default).toBe('guest');
    expect((await line.overview()).aliases).toHaveLength(1);
  });

  it('has the last word of ours although it carries out many-at-a-time requests late', async () => {
    const [a, b] = [await stage.menu('a'), await stage.menu('b')];
    await stage.rules([
      { when: { rank: 'gold' }, menuId: b },
      { when: { linked: true }, menuId: a },
    ]);
    await stage.drain();
    await line.settings({ bulkLagMs: 8_000 });
    await stage.linkedFriends(200);
    await stage.drain();
    expect((await line.owned()).size).toBe(0);
    expect((await stage.ofMember('m7'))[0]!.line.state).toBe('accepted');
    await stage.member('m7', { rank: 'gold' });
    await stage.drain();
    expect((await line.owned()).get(lineUser(7))).toBe('b');
    await stage.settle(2);
    expect(await line.owned()).toEqual(all(200, 'a').set(lineUser(7), 'b'));
    expect((await stage.ofMember('m7'))[0]!.line.state).toBe('has_it');
  });

  it('is told again about who is back to an old menu while nobody knows what became of the new one', async () => {
    const [a, b] = [await stage.menu('a'), await stage.menu('b')];
    await stage.rules([
      { when: { rank: 'gold' }, menuId: b },
      { when: { linked: true }, menuId: a },
    ]);
    await stage.linkedFriends(1);
    await stage.drain();
    await line.fault({ kind: 'accepted-then-dropped', endpoint: 'richmenu.link', times: 1 });
    await stage.member('m0', { rank: 'gold' });
    await stage.drain();
    expect(await line.owned()).toEqual(all(1, 'b'));
    await stage.member('m0', { rank: null });
    await stage.settle(1);
    expect(await line.owned()).toEqual(all(1, 'a'));
  });

  it('is looked at whether it has really done what it accepted', async () => {
    await openShop(stage, 600);
    await stage.drain();
    for (let n = 0; n < 600; n++) await line.meddle(lineUser(n), null);
    await stage.settle(2);
    expect(await whatIsThere(line)).toEqual(whatShouldBe(600));
  });

  it('is asked for no more menus in an hour than it makes, and for the rest in the next', async () => {
    const ids: string[] = [];
    for (let n = 0; n < 110; n++) ids.push(await stage.menu(`menu ${n}`));
    const rules = (some: string[]) => some.map((menuId, n) => ({ when: { rank: `${n}` }, menuId }));
    await stage.rules(rules(ids.slice(0, 50)));
    await stage.drain();
    await stage.rules(rules(ids.slice(50, 100)));
    await stage.settle(2);
    const names = (await line.names()).menus;
    expect(names.length).toBe(45);
    const url = `/v1/channels/${stage.channelId}/rich-menu-rules`;
    expect((await stage.request('GET', url)).body.problem).toContain('hour');
    await stage.pass(HOUR + MINUTE);
    await stage.settle(2);
    expect((await line.names()).menus).toEqual(
      ids
        .slice(50, 100)
        .map((_, n) => `menu ${n + 50}`)
        .sort(),
    );
    for (const endpoint of ['richmenu.create', 'richmenu.delete'])
      expect(await line.answers(endpoint)).not.toHaveProperty('429');
  }, 120_000);

  it('that refuses our token is left alone until there is a new one', async () => {
    await openShop(stage, 1);
    await stage.drain();
    await line.fault({ kind: '401', endpoint: 'richmenu.link', times: 1 });
    await stage.member('new');
    await stage.friends(1, 1);
    await stage.link([['new', 1]]);
    await stage.settle(2);
    expect((await line.owned()).has(lineUser(1))).toBe(false);
    expect((await line.answers('richmenu.link'))['401']).toBe(1);
    await app.get(Channels).update(stage.scope, stage.channelId, { accessToken: line.accessToken, verify: false });
    await stage.settle(1);
    expect(await line.owned()).toEqual(all(2, 'member'));
  });

  it('follows the clock: hours of the day, and from and to', async () => {
    const to = async (text: string) => {
      await stage.pass(Date.parse(text) - stage.scope.clock.now().getTime());
      await stage.pass(MINUTE);
    };
    await to('2027-04-15T12:00:00+09:00');
    const [day, night, fair] = [await stage.menu('day'), await stage.menu('night'), await stage.menu('fair')];
    const hours = { from: '09:00', to: '21:00' };
    await stage.rules(
      [
        { when: { linked: true, from: '2027-04-16', to: '2027-04-17' }, menuId: fair },
        { when: { linked: true, hours }, menuId: day },
      ],
      night,
    );
    await stage.linkedFriends(2);
    const shown = async () => [...new Set((await line.owned()).values())];
    await stage.settle(1);
    expect(await shown()).toEqual(['day']);
    await to('2027-04-15T21:00:00+09:00');
    expect(await shown()).toEqual([]);
    await to('2027-04-16T00:00:00+09:00');
    expect(await shown()).toEqual(['fair']);
    await to('2027-04-17T00:00:00+09:00');
    expect(await shown()).toEqual([]);
    await to('2027-04-17T09:00:00+09:00');
    expect(await shown()).toEqual(['day']);
  });

  it('follows segments within a minute', async () => {
    const rule = { kind: 'tag', any: ['vip'] };
    const { body: segment } = await stage.request('POST', '/v1/segments', { name: 's', rule });
    const vip = await stage.menu('vip');
    await stage.rules([{ when: { segmentId: segment.id }, menuId: vip }]);
    await stage.linkedFriends(3);
    await stage.settle(1);
    await stage.member('m1', { tags: ['vip'] });
    await stage.pass(2 * MINUTE);
    expect(await line.owned()).toEqual(new Map([[lineUser(1), 'vip']]));
    expect((await stage.ofMember('m1'))[0]!.why).toMatchObject({ rule: 1, segmentIds: [segment.id] });
    await stage.member('m1', { tags: [] });
    await stage.pass(2 * MINUTE);
    expect([...(await line.owned())]).toEqual([]);
  });
});
