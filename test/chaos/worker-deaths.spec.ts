import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import type { ChaosStack } from '../../tools/chaos/chaos-stack.js';
import { SENDING_POINTS, STEPPING_POINTS } from '../../tools/chaos/crash-points.js';
import { ChaosShop } from '../../tools/chaos/shop.js';
import {
  leftCart,
  NOTICE,
  PATIENCE_MS,
  QUEUE,
  REMINDER,
  RESUMED_WITHIN_MS,
  shipment,
  startStack,
} from './chaos-town.js';

/** Two pages. */
const PEOPLE = 600;
const DEAD_WITHIN_MS = 60_000;
/** A leaving worker lets a call to LINE end, which takes 3 s at most here. */
const LEFT_WITHIN_MS = 15_000;

describe(`Workers that die, with the queue in ${QUEUE}`, () => {
  let stack: ChaosStack;
  let shop: ChaosShop;
  let notices: string;
  let reminders: string;
  let told = 0;

  beforeAll(async () => {
    stack = await startStack();
    shop = await ChaosShop.open(stack, PEOPLE);
    notices = await shop.journey('shipment-notice', NOTICE);
    reminders = await shop.journey('cart-abandonment', REMINDER);
  }, 120_000);

  afterAll(async () => {
    await stack.stop();
  }, 60_000);

  afterEach(async () => {
    await stack.line.clearFaults();
    while (stack.workers.length < 2) await stack.startWorker();
  }, 60_000);

  it.each(SENDING_POINTS)(
    'row 1: a worker killed %s sends to nobody twice and leaves nobody out, and another goes on within 10 s',
    async (point) => {
      const nth = ++told;
      const text = nth % 2 === 0 ? undefined : 'Hello {{member.externalId}}';
      const order = { unit: `deaths_${nth}`, text };
      const died = await stack.trap(point);
      const id = await shop.send(order);
      expect(await died(DEAD_WITHIN_MS)).toBeDefined();
      const before = await stack.line.knocks();
      const isGoingOn = async () => (await stack.line.knocks()) > before || (await shop.isOver(id));
      const resumedMs = await eventually('somebody goes on', isGoingOn, PATIENCE_MS);
      await eventually('it is sent', () => shop.isOver(id), PATIENCE_MS);
      expect(await shop.verdict(id, order)).toEqual([]);
      expect(resumedMs).toBeLessThan(RESUMED_WITHIN_MS);
    },
    2 * PATIENCE_MS,
  );

  it.each(STEPPING_POINTS)(
    'row 1: a worker killed in a journey, %s, makes each step once, and loses none',
    async (point) => {
      const nth = ++told;
      const [reminded, noticed] = [100 + nth, 200 + nth].map((i) => shop.eligible()[i]!);
      const before = await shop.received(notices);
      const died = await stack.trap(point);
      await shop.api.post('/v1/events', {
        events: [leftCart(reminded!.memberId, `cart-${nth}`, 0), shipment(noticed!.memberId, `order-${nth}`)],
      });
      expect(await died(DEAD_WITHIN_MS)).toBeDefined();
      const counts = async () => [(await shop.received(reminders)).get(reminded!.userId), await noticesOf()];
      const noticesOf = async () => (await shop.received(notices)).get(noticed!.userId);
      const isTold = async () => (await counts()).every((count) => count !== undefined);
      const tookMs = await eventually('both are told', isTold, PATIENCE_MS);
      expect(before.get(noticed!.userId)).toBeUndefined();
      // The shop repeats itself, which says nothing new; by then whatever was to come twice has come.
      await shop.api.post('/v1/events', { events: [shipment(noticed!.memberId, `order-${nth}`)] });
      await everythingIsDone();
      expect(await counts()).toEqual([1, 1]);
      expect(tookMs).toBeLessThan(RESUMED_WITHIN_MS);
    },
    2 * PATIENCE_MS,
  );

  it(
    'row 3: a worker told to leave in the middle of a send finishes or hands on within 15 s',
    async () => {
      await stack.line.fault({ kind: 'slow', ms: 1_000, endpoint: 'push', probability: 0.5 });
      const order = { unit: 'leaving', text: 'Hello {{member.externalId}}' };
      const before = await stack.line.knocks();
      const id = await shop.send(order);
      await eventually('it is under way', async () => (await stack.line.knocks()) > before, PATIENCE_MS);
      const left = await Promise.all([...stack.workers].map((worker) => worker.leave()));
      await stack.line.clearFaults();
      for (const { tookMs } of left) expect(tookMs).toBeLessThan(LEFT_WITHIN_MS);
      await stack.startWorker();
      await eventually('it is sent', () => shop.isOver(id), PATIENCE_MS);
      expect(await shop.verdict(id, order)).toEqual([]);
    },
    2 * PATIENCE_MS,
  );

  /** Nothing waits in the outbox but what comes round by the clock. */
  async function everythingIsDone(): Promise<void> {
    const open = `select id from outbox where parked_at is null and not recurring and due_at < now() + interval '5 seconds'`;
    await eventually('everything is done', async () => (await stack.query(open)).length === 0, PATIENCE_MS);
  }
});
