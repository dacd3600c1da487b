import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import type { ChaosStack } from '../../tools/chaos/chaos-stack.js';
import { ChaosShop } from '../../tools/chaos/shop.js';
import { PATIENCE_MS, RESUMED_WITHIN_MS, startStack } from './chaos-town.js';

const CHANNELS = 4;
const PEOPLE = 400;
/** Eight take half a minute to start on a small machine. */
const CROWDS = process.env.CHAOS_DEATHS === 'all' ? [2, 4, 8] : [2, 4];

describe('Several workers and several channels', () => {
  let stack: ChaosStack;
  let shops: ChaosShop[];

  beforeAll(async () => {
    stack = await startStack();
    shops = await Promise.all(Array.from({ length: CHANNELS }, () => ChaosShop.open(stack, PEOPLE)));
  }, 240_000);

  afterAll(async () => {
    await stack.stop();
  }, 60_000);

  it.each(CROWDS)(
    'share the channels among %i, send nothing twice, and take over within 10 s from one that dies',
    async (crowd) => {
      await Promise.all(Array.from({ length: crowd - stack.workers.length }, () => stack.startWorker()));
      await stack.line.fault({ kind: 'slow', ms: 600, endpoint: 'push' });
      const order = { unit: `crowd_${crowd}`, text: 'Hello {{member.externalId}}' };
      const ids = await Promise.all(shops.map((shop) => shop.send(order)));
      await eventually('several of them are at it', async () => (await atWork()).size > 1, PATIENCE_MS);
      const [[busy, channel]] = [...(await atWork())] as [[string, string]];
      await stack.workers.find(({ name }) => name === busy)?.kill();
      await stack.line.clearFaults();
      const nth = shops.findIndex(({ channelId }) => channelId === channel);
      const { lineChannelId } = shops[nth]!;
      const before = await stack.line.knocks(lineChannelId);
      const isGoingOn = async () =>
        (await stack.line.knocks(lineChannelId)) > before || (await shops[nth]!.isOver(ids[nth]!));
      const resumedMs = await eventually('its channel goes on', isGoingOn, PATIENCE_MS);
      await eventually('all are sent', () => areOver(ids), PATIENCE_MS);
      const verdicts = await Promise.all(shops.map((shop, i) => shop.verdict(ids[i]!, order)));
      expect(verdicts.flat()).toEqual([]);
      expect(resumedMs).toBeLessThan(RESUMED_WITHIN_MS);
    },
    3 * PATIENCE_MS,
  );

  async function areOver(ids: readonly string[]): Promise<boolean> {
    return (await Promise.all(shops.map((shop, i) => shop.isOver(ids[i]!)))).every(Boolean);
  }

  /** Workers that hold channels now, each with one of them. */
  async function atWork(): Promise<Map<string, string>> {
    const holders = await stack.query<{ name: string; channel: string }>(
      `select a.application_name as name, c.id as channel from channels c
         join pg_locks l on l.locktype = 'advisory' and l.granted
          and (l.classid::bigint << 32 | l.objid::bigint) = hashtextextended('delivery.drain ' || c.id, 0)
         join pg_stat_activity a using (pid)`,
    );
    return new Map(holders.map(({ name, channel }) => [name, channel]));
  }
});
