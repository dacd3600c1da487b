import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { PeopleRepository } from './convergence/people.repository.js';
import { VersionsRepository } from './convergence/versions.repository.js';
import { MenusAtLine } from './testing/menus-at-line.js';
import { HELLO, lineUser, menusModules, MenusStage } from './testing/menus-stage.js';

describe('Rich menus', () => {
  let app: TestApp;
  let line: MenusAtLine;
  let stage: MenusStage;

  beforeAll(async () => {
    line = await MenusAtLine.start();
    const config = { lineApiBaseUrl: line.url, lineDataApiBaseUrl: line.url };
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

  const menus = () => `/v1/channels/${stage.channelId}/rich-menus`;
  const areas = [{ bounds: { x: 0, y: 0, width: 1200, height: 405 }, action: HELLO }];
  const plain = { name: 'n', chatBarText: 'メニュー', size: { width: 1200, height: 405 }, areas };

  it('go to LINE with picture, areas and default when a rule needs them, and away when none does', async () => {
    const guest = await stage.menu('guest');
    await stage.menu('unused');
    await stage.drain();
    expect(await line.names()).toEqual({ menus: [], default: null });
    await stage.rules([], guest);
    await stage.drain();
    expect(await line.names()).toEqual({ menus: ['guest'], default: 'guest' });
    expect((await line.overview()).menus).toMatchObject([{ hasImage: true }]);
    const { body } = await stage.request('GET', `/v1/rich-menus/${guest}`);
    expect(body.line).toMatchObject({ version: 1, state: 'live', richMenuId: expect.stringContaining('richmenu-') });
    await stage.rules([]);
    await stage.settle(3);
    expect(await line.names()).toEqual({ menus: [], default: null });
  });

  it('are looked at by the channel’s doctor at LINE itself', async () => {
    const found = async () => {
      const { body } = await stage.request('POST', `/v1/channels/${stage.channelId}/check`);
      return (body.checks as { name: string; state: string }[]).find(({ name }) => name === 'rich menu')!.state;
    };
    expect(await found()).toBe('unknown');
    const [guest, member] = [await stage.menu('guest'), await stage.menu('member')];
    await stage.rules([{ when: { linked: true }, menuId: member }], guest);
    await stage.drain();
    expect(await found()).toBe('ok');
    await line.call('DELETE', '/v2/bot/user/all/richmenu');
    expect(await found()).toBe('wrong');
    await stage.linkedFriends(1);
    await stage.drain();
    expect(await found()).toBe('ok');
    await line.meddle(lineUser(0), null);
    expect(await found()).toBe('wrong');
  });

  it('follow a link and its end', async () => {
    const [guest, member] = [await stage.menu('guest'), await stage.menu('member')];
    await stage.rules([{ when: { linked: true }, menuId: member }], guest);
    await stage.linkedFriends(3);
    await stage.drain();
    expect(await line.owned()).toEqual(new Map([0, 1, 2].map((n) => [lineUser(n), 'member'])));
    await stage.unlink('m1');
    await stage.drain();
    expect([...(await line.owned()).keys()]).toEqual([lineUser(0), lineUser(2)]);
    expect((await line.names()).default).toBe('guest');
  });

  it('follow role and rank, the first rule that holds for any link', async () => {
    const [gold, boss] = [await stage.menu('gold'), await stage.menu('boss')];
    await stage.rules([
      { when: { role: 'contractor' }, menuId: boss },
      { when: { rank: 'gold' }, menuId: gold },
    ]);
    await stage.linkedFriends(3);
    await stage.member('other', { rank: 'gold' });
    await stage.link([['other', 2, 'contractor']]);
    await stage.drain();
    expect(await line.owned()).toEqual(new Map([[lineUser(2), 'boss']]));
    await stage.member('m1', { rank: 'gold' });
    await stage.drain();
    expect(await line.owned()).toEqual(
      new Map([
        [lineUser(1), 'gold'],
        [lineUser(2), 'boss'],
      ]),
    );
    await stage.member('m1', { rank: null });
    await stage.drain();
    expect((await line.owned()).has(lineUser(1))).toBe(false);
  });

  it('tell of each LINE user of a member which one, why, and whether LINE has it', async () => {
    const [guest, gold] = [await stage.menu('guest'), await stage.menu('gold')];
    await stage.rules([{ when: { rank: 'gold', role: 'member' }, menuId: gold }], guest);
    await stage.linkedFriends(2);
    await stage.member('m0', { rank: 'gold' });
    expect(await stage.ofMember('m0')).toMatchObject([{ menu: { id: gold }, line: { state: 'pending' } }]);
    await stage.drain();
    expect(await stage.ofMember('m0')).toEqual([
      {
        channelId: stage.channelId,
        lineUserId: lineUser(0),
        menu: { id: gold, name: 'gold', version: 1 },
        why: {
          chosen: false,
          rule: 1,
          when: { rank: 'gold', role: 'member' },
          linked: true,
          roles: ['member'],
          ranks: ['gold'],
          segmentIds: [],
          at: stage.scope.clock.now().toISOString(),
        },
        line: { state: 'has_it', since: expect.any(String), error: null },
      },
    ]);
    expect(await stage.ofMember('m1')).toMatchObject([
      { menu: { id: guest }, why: { rule: null, when: null, ranks: [] }, line: { state: 'has_it' } },
    ]);
    expect((await stage.request('GET', '/v1/members/nobody/rich-menu')).status).toBe(404);
    await stage.member('loose');
    expect(await stage.ofMember('loose')).toEqual([]);
  });

  it('keep the segment, the menus and the channel that rules name', async () => {
    const rule = { kind: 'rank', in: ['gold'] };
    const { body: segment } = await stage.request('POST', '/v1/segments', { name: 's', rule });
    const [a, b] = [await stage.menu('a'), await stage.menu('b')];
    const tabbed = await stage.menu('tabbed', [a]);
    await stage.rules([{ when: { segmentId: segment.id }, menuId: tabbed }], b);
    for (const url of [`/v1/segments/${segment.id}`, `/v1/rich-menus/${a}`, `/v1/rich-menus/${b}`]) {
      const { status, body } = await stage.request('DELETE', url);
      expect([url, status, body.details.referrers.length]).toEqual([url, 409, 1]);
    }
    expect((await stage.request('DELETE', `/v1/channels/${stage.channelId}`)).status).toBe(409);
    await stage.rules([]);
    for (const url of [`/v1/segments/${segment.id}`, `/v1/rich-menus/${tabbed}`, `/v1/rich-menus/${a}`])
      expect((await stage.request('DELETE', url)).status).toBe(204);
    expect((await stage.request('GET', menus())).body.items.map(({ id }: { id: string }) => id)).toEqual([b]);
  });

  it('of another workspace is not touched by ours', async () => {
    const member = await stage.menu('member');
    await stage.rules([{ when: { linked: true }, menuId: member }]);
    await stage.linkedFriends(2);
    await stage.drain();
    const { scope: other } = await app.workspace();
    const versions = app.get(VersionsRepository);
    expect(await versions.list(other, stage.channelId)).toEqual([]);
    expect(await app.get(PeopleRepository).due(other, stage.channelId, 10)).toEqual([]);
    await app.get(PeopleRepository).markAll(other, stage.channelId, null);
    expect(await app.get(PeopleRepository).due(stage.scope, stage.channelId, 10)).toEqual([]);
  });

  describe('rules', () => {
    const put = (body: object) => stage.request('PUT', `/v1/channels/${stage.channelId}/rich-menu-rules`, body);
    const menuId = '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90';

    it.each([
      [{ rules: [{ when: {}, menuId }] }, '/rules/0/when'],
      [{ rules: [{ when: { linked: 'yes' }, menuId }] }, '/rules/0/when/linked'],
      [{ rules: [{ when: { linked: false, rank: 'gold' }, menuId }] }, '/rules/0/when/linked'],
      [{ rules: [{ when: { role: 'boss' }, menuId }] }, '/rules/0/when/role'],
      [{ rules: [{ when: { from: '2026-02-30' }, menuId }] }, '/rules/0/when/from'],
      [{ rules: [{ when: { hours: { from: '9:00', to: '10:00' } }, menuId }] }, '/rules/0/when/hours/from'],
      [{ rules: [{ when: { hours: { from: '09:00', to: '09:00' } }, menuId }] }, '/rules/0/when/hours/to'],
      [{ rules: [{ when: { from: '2026-04-02', to: '2026-04-01' }, menuId }] }, '/rules/0/when'],
      [{ rules: [{ when: { segmentId: menuId }, menuId }] }, '/rules/0/when/segmentId'],
      [{ rules: [{ when: { linked: true } }] }, '/rules/0/menuId'],
      [{ rules: [{ when: { linked: true }, menuId }] }, '/rules/0/menuId'],
      [{ rules: [], defaultMenuId: menuId }, '/defaultMenuId'],
      [{ rules: Array(51).fill({ when: { linked: true }, menuId }) }, '/rules'],
      [{}, '/rules'],
    ])('are refused with the place: %j', async (body, path) => {
      const answer = await put(body);
      expect([answer.status, answer.body.errors.map((error: { path: string }) => error.path)]).toEqual([
        400,
        expect.arrayContaining([path]),
      ]);
    });

    it('refuse a menu without a picture', async () => {
      const { body: bare } = await stage.request('POST', menus(), plain);
      expect(await put({ rules: [], defaultMenuId: bare.id })).toMatchObject({
        status: 400,
        body: { errors: [{ path: '/defaultMenuId', detail: expect.stringContaining('picture') }] },
      });
    });

    it('are shown as they were put, and are empty before', async () => {
      const url = `/v1/channels/${stage.channelId}/rich-menu-rules`;
      expect((await stage.request('GET', url)).body).toMatchObject({ rules: [], defaultMenuId: null });
      const guest = await stage.menu('guest');
      const rules = [{ when: { from: '2026-04-01', hours: { from: '09:00', to: '18:00' } }, menuId: guest }];
      expect((await put({ rules })).body).toMatchObject({ rules, defaultMenuId: null });
      expect((await stage.request('GET', url)).body).toMatchObject({ rules, peopleDue: 0, problem: null });
    });
  });
});
