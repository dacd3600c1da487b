import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually, Installation } from '#testing';
import { startEmulator, type RunningEmulator } from '../../apps/line-emulator/emulator.js';
import { ApiClient } from '../../apps/standalone/api-client.js';
import { comesTrue } from '../../tools/demo/progress.js';
import { LineGate, type Point } from './line-gate.js';
import { MenuShop } from './menu-shop.js';

/** Half of what one worker does at a time, so that everybody comes to their point before LINE is waited for too long. */
const SHOPS_AT_ONCE = 6;
/** Less than the deadline of a request. */
const WAITING_MS = 8_000;
const REACHED_WITHIN_MS = 90_000;
const AGREED_WITHIN_MS = 180_000;

interface Death {
  /** What makes the menus change. */
  by: 'edit' | 'changeRules';
  at: Point;
}

const dies = (by: Death['by'], step: Point['step'], when: Point['when'], nth = 1): Death => ({
  by,
  at: { step, when, nth },
});
const AFTER: Death[] = [
  dies('edit', 'create', 'after'),
  dies('edit', 'upload', 'after', 2),
  dies('edit', 'point alias', 'after'),
  dies('edit', 'set default', 'after'),
  dies('edit', 'move people', 'after'),
  dies('changeRules', 'move people', 'after'),
];
const BEFORE: Death[] = AFTER.map(({ by, at }) => ({ by, at: { ...at, when: 'before' } }));
const OTHERS: Death[] = [
  dies('edit', 'create', 'after', 3),
  dies('edit', 'create', 'before', 2),
  dies('edit', 'upload', 'after', 3),
  dies('edit', 'upload', 'before', 1),
  dies('changeRules', 'create', 'after'),
  dies('changeRules', 'upload', 'after'),
];
const ROUNDS =
  process.env.CHAOS_DEATHS === 'all'
    ? [
        { deaths: AFTER, then: 'after' as const },
        { deaths: BEFORE, then: 'before' as const },
        { deaths: OTHERS, then: 'after' as const },
      ]
    : [{ deaths: AFTER, then: 'after' as const }];

/**
 * Everything of ours dies while LINE waits between two steps of bringing menus and people to what they should be: a
 * request has not left, or LINE has done it and we have not heard. Afterwards LINE has what it should have, and nothing
 * more.
 */
describe('kill -9 while rich menus change', () => {
  let line: RunningEmulator;
  let gate: LineGate;
  let installation: Installation;
  let api: ApiClient;
  let shops = 0;

  beforeAll(async () => {
    line = await startEmulator();
    gate = await LineGate.open(line.url);
    installation = await Installation.create({
      LINE_API_BASE_URL: gate.url,
      LINE_DATA_API_BASE_URL: gate.url,
      LINE_LOGIN_BASE_URL: gate.url,
    });
    await installation.start();
    const admin = new ApiClient(installation.apiUrl, installation.notes().adminKey);
    const { apiKey } = await admin.post<{ apiKey: string }>('/v1/workspaces', { name: 'chaos', quietHours: null });
    api = new ApiClient(installation.apiUrl, apiKey);
  }, 180_000);

  afterAll(async () => {
    await installation.stop();
    installation.remove();
    gate.close();
    await line.close();
  }, 60_000);

  it.each(ROUNDS)(
    'leaves LINE with what it should have, after deaths at $deaths.length points and $then deletions',
    async ({ deaths, then }) => {
      expect(deaths.length).toBeLessThanOrEqual(SHOPS_AT_ONCE);
      const opened = await Promise.all(deaths.map(() => openShop()));
      expect(await faults(opened)).toEqual([]);
      for (const [i, shop] of opened.entries()) {
        gate.arm(shop.token, deaths[i]!.at);
        await shop[deaths[i]!.by]();
      }
      expect((await dieThere()).sort()).toEqual(opened.map(({ token }) => token).sort());
      for (const shop of opened) gate.arm(shop.token, { step: 'delete', when: then });
      await installation.start();
      for (const shop of opened) await shop.promoteOne();
      expect((await dieThere()).length).toBeGreaterThan(0);
      await installation.start();
      expect(await faults(opened)).toEqual([]);
    },
    600_000,
  );

  async function openShop(): Promise<MenuShop> {
    const shop = new MenuShop(api, new ApiClient(line.url), ++shops);
    await shop.open();
    return shop;
  }

  /** Once all are at their points, or some have been there for as long as they can. @returns who was */
  async function dieThere(): Promise<string[]> {
    let since: number | undefined;
    await eventually(
      'somebody is there',
      async () => {
        const there = gate.reached().length;
        if (there > 0) since ??= performance.now();
        return there === gate.armed || (since !== undefined && performance.now() - since > WAITING_MS);
      },
      REACHED_WITHIN_MS,
    );
    const reached = gate.reached();
    await installation.kill();
    gate.disarm();
    return reached;
  }

  /** Waits until everything is as it should be. @returns what is not, in words */
  async function faults(opened: MenuShop[]): Promise<string[]> {
    let found: string[] = [];
    await comesTrue(async () => {
      const all = await Promise.all(opened.map(async (shop) => ({ shop, why: await shop.fault() })));
      found = all.filter(({ why }) => why !== '').map(({ shop, why }) => `${shop.token}: ${why}`);
      return found.length === 0;
    }, AGREED_WITHIN_MS);
    return found;
  }
});
