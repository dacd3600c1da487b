import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database, sql } from '#database';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { MenusAtLine } from '../testing/menus-at-line.js';
import { lineUser, menusModules, MenusStage } from '../testing/menus-stage.js';

describe('A menu chosen for a member', () => {
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

  it('comes before all rules, is there when it is asked why, and leaves them to decide again', async () => {
    const [guest, member, party] = [await stage.menu('guest'), await stage.menu('member'), await stage.menu('party')];
    await stage.rules([{ when: { linked: true }, menuId: member }], guest);
    await stage.linkedFriends(2);
    await stage.drain();
    await stage.choose('m0', party);
    await stage.drain();
    expect(await line.owned()).toEqual(
      new Map([
        [lineUser(0), 'party'],
        [lineUser(1), 'member'],
      ]),
    );
    expect(await stage.ofMember('m0')).toMatchObject([
      { menu: { id: party }, why: { chosen: true, rule: null, when: null }, line: { state: 'has_it' } },
    ]);
    expect(await stage.ofMember('m1')).toMatchObject([{ why: { chosen: false, rule: 1 } }]);
    await stage.choose('m0', null);
    await stage.settle(3);
    expect((await line.owned()).get(lineUser(0))).toBe('member');
    expect((await line.names()).menus).toEqual(['guest', 'member']);
  });

  it('needs no rules, follows the member to other LINE accounts, and leaves those who are linked no more', async () => {
    const party = await stage.menu('party');
    await stage.linkedFriends(1);
    await stage.choose('m0', party);
    await stage.drain();
    await stage.friends(1, 1);
    await stage.link([['m0', 1, 'user']]);
    await stage.drain();
    expect([...(await line.owned()).values()]).toEqual(['party', 'party']);
    await stage.unlink('m0');
    await stage.settle(2);
    expect((await line.owned()).size).toBe(0);
    expect((await line.names()).menus).toEqual(['party']);
  });

  it('is the latest of those for all whom a LINE user is linked to', async () => {
    const [a, b] = [await stage.menu('a'), await stage.menu('b')];
    await stage.linkedFriends(2);
    await stage.link([['m1', 0, 'user']]);
    await stage.choose('m1', b);
    await stage.drain();
    stage.scope.clock.advance(1_000);
    await stage.choose('m0', a);
    await stage.drain();
    expect(await line.owned()).toEqual(
      new Map([
        [lineUser(0), 'a'],
        [lineUser(1), 'b'],
      ]),
    );
  });

  it('is a LINE user’s own while they are linked to nobody', async () => {
    const [guest, member, party] = [await stage.menu('guest'), await stage.menu('member'), await stage.menu('party')];
    await stage.rules([{ when: { linked: true }, menuId: member }], guest);
    await stage.friends(0, 2);
    await stage.member('m1');
    await stage.choose(1, party);
    await stage.drain();
    expect(await line.owned()).toEqual(new Map([[lineUser(1), 'party']]));
    await stage.link([['m1', 1, 'member']]);
    await stage.drain();
    expect((await line.owned()).get(lineUser(1))).toBe('member');
    await stage.unlink('m1');
    await stage.drain();
    expect((await line.owned()).get(lineUser(1))).toBe('party');
    await stage.choose(1, null);
    await stage.settle(2);
    expect((await line.owned()).size).toBe(0);
  });

  it('is kept when the rules change, and given up when it is deleted', async () => {
    const [member, other, party] = [await stage.menu('member'), await stage.menu('other'), await stage.menu('party')];
    await stage.rules([{ when: { linked: true }, menuId: member }]);
    await stage.linkedFriends(1);
    await stage.choose('m0', party);
    await stage.drain();
    await stage.rules([{ when: { linked: true }, menuId: other }]);
    await stage.settle(2);
    expect((await line.owned()).get(lineUser(0))).toBe('party');
    expect((await stage.request('DELETE', `/v1/rich-menus/${party}`)).status).toBe(204);
    await stage.settle(3);
    expect((await line.owned()).get(lineUser(0))).toBe('other');
    expect((await line.names()).menus).toEqual(['other']);
  });

  it('that is not there is none, and the audit log says so', async () => {
    const [member, party] = [await stage.menu('member'), await stage.menu('party')];
    await stage.rules([{ when: { linked: true }, menuId: member }]);
    await stage.linkedFriends(1);
    await stage.choose('m0', party);
    await stage.drain();
    await stage.request('DELETE', `/v1/rich-menus/${party}`);
    await stage.choose('m0', party);
    await stage.settle(2);
    expect((await line.owned()).get(lineUser(0))).toBe('member');
    const gone = sql`select subject from audit_entries where action = 'rich-menus.choice_gone'`;
    expect(await app.get(Database).query(stage.scope, gone)).toEqual([{ subject: `rich-menus/${party}` }]);
  });
});
