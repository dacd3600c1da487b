import { readdirSync, statSync, truncateSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { Redis } from 'ioredis';
import { eventually } from '#testing';
import type { ChaosStack } from '../../tools/chaos/chaos-stack.js';
import { ChaosShop } from '../../tools/chaos/shop.js';
import { hasRedis } from '../../tools/chaos/stores.js';
import { leftCart, NOTICE, PATIENCE_MS, REMINDER, RESUMED_WITHIN_MS, shipment, startStack } from './chaos-town.js';

const PEOPLE = 600;
/** The fault matrix says five minutes; the longer, the later connections are tried again. */
const DOWN_MS = Number(process.env.CHAOS_DOWN_MS ?? 3_000);
/** A connection that says nothing any more is made anew by then. */
const UNFROZEN_WITHIN_MS = 45_000;

const describeWithRedis = hasRedis() ? describe : describe.skip;

describeWithRedis('Redis', () => {
  let stack: ChaosStack;
  let shop: ChaosShop;
  let notices: string;
  let reminders: string;
  let sent = 0;

  beforeAll(async () => {
    stack = await startStack({ queue: 'redis' });
    shop = await ChaosShop.open(stack, PEOPLE);
    notices = await shop.journey('shipment-notice', NOTICE);
    reminders = await shop.journey('cart-abandonment', REMINDER);
  }, 180_000);

  afterAll(async () => {
    await stack.stop();
  }, 60_000);

  afterEach(async () => {
    await stack.line.clearFaults();
  });

  const truncated = async () => {
    await stack.redis!.kill();
    const files = readdirSync(stack.redis!.appendOnlyDir).filter((name) => name.endsWith('.incr.aof'));
    for (const file of files) cutInHalf(join(stack.redis!.appendOnlyDir, file));
    await stack.redis!.startAgain();
  };
  const away = async () => {
    await stack.redis!.awayFor(DOWN_MS);
  };
  const flushed = async () => {
    const redis = new Redis(stack.redis!.directUrl);
    await redis.flushall();
    await redis.quit();
  };

  it.each([
    ['emptied', flushed],
    ['killed and away for a while', away],
    ['killed, with half of what it had written', truncated],
  ] as const)(
    'row 7: Redis %s: sends and journeys lose nothing, and go on within 10 s of its return',
    async (_, happens) => {
      const nth = ++sent;
      const [reminded, noticed] = [shop.eligible()[nth]!, shop.eligible()[50 + nth]!];
      const { id, order } = await begun(`row_7_${nth}`);
      await shop.api.post('/v1/events', {
        events: [leftCart(reminded.memberId, `c${nth}`, 1_000), shipment(noticed.memberId, `o${nth}`)],
      });
      await happens();
      await stack.line.clearFaults();
      const before = await stack.line.knocks();
      const isGoingOn = async () => (await stack.line.knocks()) > before || (await shop.isOver(id));
      const resumedMs = await eventually('it goes on', isGoingOn, PATIENCE_MS);
      await eventually('it is sent', () => shop.isOver(id), PATIENCE_MS);
      expect(await shop.verdict(id, order)).toEqual([]);
      const told = async () => [await count(notices, noticed.userId), await count(reminders, reminded.userId)];
      await eventually('both are told', async () => (await told()).every((times) => times > 0), PATIENCE_MS);
      expect(await told()).toEqual([1, 1]);
      expect(resumedMs).toBeLessThan(RESUMED_WITHIN_MS);
    },
    2 * PATIENCE_MS,
  );

  it(
    'row 8: connections to Redis that stay and say nothing more, as after a failover: workers recover by themselves',
    async () => {
      const workers = [...stack.workers];
      stack.redis!.proxy.freeze();
      const order = { unit: 'row_8' };
      const id = await shop.send(order);
      const tookMs = await eventually('it is sent', () => shop.isOver(id), PATIENCE_MS);
      expect(await shop.verdict(id, order)).toEqual([]);
      expect(tookMs).toBeLessThan(UNFROZEN_WITHIN_MS);
      expect(stack.workers).toEqual(workers);
    },
    2 * PATIENCE_MS,
  );

  async function begun(unit: string): Promise<{ id: string; order: { unit: string; text: string } }> {
    const order = { unit, text: 'Hello {{member.externalId}}' };
    await stack.line.fault({ kind: 'slow', ms: 700, endpoint: 'push' });
    const before = await stack.line.knocks();
    const id = await shop.send(order);
    await eventually('it is under way', async () => (await stack.line.knocks()) > before, PATIENCE_MS);
    return { id, order };
  }

  async function count(unit: string, userId: string): Promise<number> {
    return (await shop.received(unit)).get(userId) ?? 0;
  }
});

function cutInHalf(path: string): void {
  truncateSync(path, Math.floor(statSync(path).size / 2));
}
