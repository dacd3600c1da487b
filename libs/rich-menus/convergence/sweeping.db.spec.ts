import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Database, sql } from '#database';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { killAt } from '../testing/killer.js';
import { MenusAtLine } from '../testing/menus-at-line.js';
import { lineUser, menusModules, MenusStage } from '../testing/menus-stage.js';
import { BulksRepository } from './bulks.repository.js';
import { PeopleRepository } from './people.repository.js';
import { Slices } from './slices.service.js';
import { SweepingRepository } from './sweeping.repository.js';

const PEOPLE = 150;

describe('Very many people', () => {
  let app: TestApp;
  let line: MenusAtLine;
  let stage: MenusStage;
  let failures: 'throw' | 'allow';

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
    failures = 'throw';
    await drainJobs(app.nest, { failures: 'allow' });
    stage = await MenusStage.open(app, line, () => drainJobs(app.nest, { schedules: true, failures }));
  });

  const all = (name: string) => new Map(Array.from({ length: PEOPLE }, (_, n) => [lineUser(n), name]));

  /** Everybody has `old`; from now on who is gold is to see `gold`, everybody else `fresh`. @returns how to let it happen */
  async function openShop() {
    const [old, gold, fresh] = [await stage.menu('old'), await stage.menu('gold'), await stage.menu('fresh')];
    const rules = (everybody: string) => [
      { when: { rank: 'gold' }, menuId: gold },
      { when: { linked: true }, menuId: everybody },
      { when: { linked: false }, menuId: fresh },
    ];
    await stage.rules(rules(old));
    await stage.linkedFriends(PEOPLE);
    await stage.settle(2);
    expect(await line.owned()).toEqual(all('old'));
    const other = { when: { rank: 'silver' }, menuId: gold };
    return {
      renew: () => stage.rules(rules(fresh)),
      /** So that it takes a judgement to know whom it concerns. */
      renewBesides: () => stage.rules([other, ...rules(fresh)]),
      goBack: () => stage.rules(rules(old)),
    };
  }

  /** Lets something happen once, before a method does its work. */
  function before(of: object, method: string, happen: () => Promise<void>): void {
    const owner = of as Record<string, (...args: unknown[]) => Promise<unknown>>;
    const real = owner[method]!;
    owner[method] = async (...args) => {
      owner[method] = real;
      await happen();
      return real.apply(of, args);
    };
  }

  it('are asked for before anything is written about them, and then it is', async () => {
    const { renew } = await openShop();
    const asked: unknown[] = [];
    before(app.get(Slices), 'settle', async () => {
      asked.push((await line.owned()).get(lineUser(140)), (await stage.ofMember('m140'))[0]!.line.state);
    });
    const single = await line.answers('richmenu.link');
    await renew();
    await stage.drain();
    expect(asked).toEqual(['fresh', 'pending']);
    expect((await stage.ofMember('m140'))[0]!.line.state).toBe('accepted');
    expect(await line.answers('richmenu.bulk.link')).toEqual({ 202: 2 });
    expect(await line.answers('richmenu.link')).toEqual(single);
    await stage.settle(2);
    expect(await line.owned()).toEqual(all('fresh'));
    expect((await stage.ofMember('m140'))[0]!.line.state).toBe('has_it');
  });

  it('do not keep waiting who changes while they are served, and LINE has the last word of ours', async () => {
    const { renew } = await openShop();
    await line.settings({ bulkLagMs: 8_000 });
    const meanwhile: unknown[] = [];
    before(app.get(Slices), 'settle', async () => {
      await stage.member('m7', { rank: 'gold' });
      await stage.drain();
      meanwhile.push((await stage.ofMember('m7'))[0]!.menu!.name);
    });
    await renew();
    await stage.drain();
    expect(meanwhile).toEqual(['gold']);
    expect((await line.owned()).get(lineUser(7))).toBe('gold');
    await stage.settle(3);
    expect(await line.owned()).toEqual(all('fresh').set(lineUser(7), 'gold'));
  });

  it('are known by the menus they had where rules differ in menus only, and judged all the same', async () => {
    const [a, b] = [await stage.menu('a'), await stage.menu('b')];
    const rules = (gold: string, others: string) => [
      { when: { rank: 'gold' }, menuId: gold },
      { when: { linked: true }, menuId: others },
    ];
    await stage.rules(rules(a, b));
    await stage.linkedFriends(PEOPLE);
    await stage.member('m3', { rank: 'gold' });
    await stage.settle(2);
    expect(await line.owned()).toEqual(all('b').set(lineUser(3), 'a'));
    const followed: string[] = [];
    before(app.get(SweepingRepository), 'follow', async () => {
      // Of this nobody is told, so that only a judgement can see it.
      const silently = sql`update members set rank = 'gold' where external_id = 'm5'`;
      followed.push(`${await app.get(Database).execute(stage.scope, silently)} row`);
    });
    await stage.rules(rules(b, a));
    await stage.settle(3);
    expect(followed).toEqual(['1 row']);
    expect(await line.owned()).toEqual(all('a').set(lineUser(3), 'b').set(lineUser(5), 'b'));
  });

  it('are all served where they are many slices, of which several are read at once', async () => {
    const { sizes } = app.get(Slices);
    const before = { ...sizes };
    Object.assign(sizes, { first: 40, others: 7 });
    try {
      const { renew, goBack } = await openShop();
      await renew();
      await stage.settle(3);
      expect(await line.owned()).toEqual(all('fresh'));
      Object.assign(sizes, { first: 101, others: 3 });
      await goBack();
      await stage.settle(3);
      expect(await line.owned()).toEqual(all('old'));
      expect((await line.answers('richmenu.bulk.link'))['202']).toBeGreaterThan(0);
    } finally {
      Object.assign(sizes, before);
    }
  });

  it.each([
    ['follow', 'before'],
    ['follow', 'after'],
    ['peek', 'before'],
    ['peek', 'after'],
    ['settle', 'before'],
    ['settle', 'after'],
  ] as const)('have what they should see though we died amidst them: %s, %s', async (method, when) => {
    const { renew, renewBesides } = await openShop();
    await line.settings({ bulkLagMs: 8_000 });
    failures = 'allow';
    await (method === 'peek' ? renewBesides : renew)();
    const killer = killAt(app.get(SweepingRepository), { method, when, skip: 0 });
    await stage.drain();
    expect(killer.died()).toBe(true);
    await stage.settle(4);
    expect(await line.owned()).toEqual(all('fresh'));
  });

  it('are given what they had again, where nobody knows that they were given something else', async () => {
    const { renew, goBack } = await openShop();
    await line.settings({ bulkLagMs: 8_000 });
    failures = 'allow';
    await renew();
    const killer = killAt(app.get(SweepingRepository), { method: 'settle', when: 'before', skip: 0 });
    await stage.drain();
    expect(killer.died()).toBe(true);
    await goBack();
    await stage.unlink('m5');
    await stage.settle(4);
    expect(await line.owned()).toEqual(all('old').set(lineUser(5), 'fresh'));
    await leavesNothing();
  });

  it('that were due are given what they should see by now, where nobody knows what they were given', async () => {
    const { renew } = await openShop();
    await line.settings({ bulkLagMs: 8_000 });
    await renew();
    await stage.settle(3);
    for (let n = 0; n < PEOPLE; n++) await line.meddle(lineUser(n), null);
    await app.get(PeopleRepository).markAll(stage.scope, stage.channelId, null);
    failures = 'allow';
    const killer = killAt(app.get(PeopleRepository), { method: 'settle', when: 'before', skip: 0 });
    await stage.pass(3_000);
    expect(killer.died()).toBe(true);
    await stage.member('m7', { rank: 'gold' });
    await stage.settle(4);
    expect(await line.owned()).toEqual(all('fresh').set(lineUser(7), 'gold'));
    await leavesNothing();
  });

  it('whom LINE refuses are given theirs in the ordinary way', async () => {
    const { renew } = await openShop();
    await line.fault({ kind: '429-rate', endpoint: 'richmenu.bulk.link', times: 1 });
    await renew();
    await stage.settle(2);
    expect(await line.owned()).toEqual(all('fresh'));
    await leavesNothing();
  });

  /** Of bulk requests that were on their way. */
  async function leavesNothing(): Promise<void> {
    expect(await app.get(BulksRepository).left(stage.scope, stage.channelId)).toBeUndefined();
    const due = sql`select 1 from rich_menu_assignments where channel_id = ${stage.channelId} and due_at is not null`;
    expect(await app.get(Database).query(stage.scope, due)).toEqual([]);
  }
});
