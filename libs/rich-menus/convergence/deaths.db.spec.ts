import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { killAt } from '../testing/killer.js';
import { MenusAtLine } from '../testing/menus-at-line.js';
import { openShop, whatIsThere, whatShouldBe } from '../testing/menus-shop.js';
import { menusModules, MenusStage } from '../testing/menus-stage.js';
import { ChannelStateRepository } from './channel-state.repository.js';
import { PeopleRepository } from './people.repository.js';
import { VersionsRepository } from './versions.repository.js';

type Provider = abstract new (...args: never[]) => object;

const MINUTE = 60_000;

describe('LINE', () => {
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

  /** Everything that is read or written between two requests, and how often an edit of three menus comes by. */
  const steps: [of: Provider, method: string, times: number][] = [
    [VersionsRepository, 'list', 4],
    [VersionsRepository, 'image', 3],
    [VersionsRepository, 'set', 9],
    [VersionsRepository, 'goLive', 3],
    [VersionsRepository, 'hasPeople', 3],
    [VersionsRepository, 'remove', 3],
    [ChannelStateRepository, 'takeCall', 6],
    [ChannelStateRepository, 'putAlias', 1],
    [ChannelStateRepository, 'aliases', 1],
    [ChannelStateRepository, 'setLineDefault', 1],
    [ChannelStateRepository, 'done', 1],
    [PeopleRepository, 'due', 2],
    [PeopleRepository, 'settle', 2],
  ];
  /** The first and the last of a step's calls; with CHAOS_DEATHS=all each of them, which takes minutes. */
  const callsOf = (times: number) => {
    if (process.env.CHAOS_DEATHS === 'all') return Array.from({ length: times }, (_, skip) => skip);
    return [...new Set([0, times - 1])];
  };
  const deaths = steps.flatMap(([of, method, times]) =>
    callsOf(times).flatMap((skip) => (['before', 'after'] as const).map((when) => ({ of, method, when, skip }))),
  );

  it.each(deaths)('is brought to what should be after a death $when $method, $skip calls later', async (death) => {
    const { member, tab, guest } = await openShop(stage, 2);
    await stage.drain();
    await stage.edit(member, 'edited', 'x', [tab]);
    await stage.edit(tab, 'tab', 'other');
    await stage.edit(guest, 'guests');
    failures = 'allow';
    const killer = killAt(app.get(death.of), death);
    try {
      await stage.settle(5);
      expect(killer.died()).toBe(true);
    } finally {
      killer.disarm();
    }
    expect(await whatIsThere(line)).toEqual(whatShouldBe(2, 'edited', 'guests'));
    expect(await line.answers('richmenu.create')).not.toHaveProperty('429');
  });

  const kinds = ['before500', 'after500', 'dropped', 'accepted-then-dropped', '429-rate'];
  const endpoints = [
    ...['create', 'image.upload', 'list', 'delete', 'default.set', 'link', 'alias.create', 'alias.update'],
    ...['bulk.link'],
  ];

  it.each(kinds)(
    'is brought to what should be though it answers %s to each kind of request',
    async (kind) => {
      failures = 'allow';
      for (const endpoint of endpoints) await line.fault({ kind, endpoint: `richmenu.${endpoint}`, times: 2 });
      const { member, tab } = await openShop(stage, 150);
      await stage.settle(4);
      await stage.edit(member, 'edited', 'x', [tab]);
      await stage.edit(tab, 'tab', 'other');
      for (let i = 0; i < 8; i++) await stage.pass(3 * MINUTE);
      await stage.link([['m0', 200]]);
      await stage.settle(4);
      await line.clearFaults();
      const { menus } = await line.overview();
      expect(menus).toHaveLength(3);
      expect(await whatIsThere(line)).toEqual(whatShouldBe(150, 'edited'));
    },
    60_000,
  );
});
