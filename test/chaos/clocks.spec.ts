import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { eventually } from '#testing';
import type { ChaosStack } from '../../tools/chaos/chaos-stack.js';
import { ChaosShop } from '../../tools/chaos/shop.js';
import { leftCart, NOTICE, PATIENCE_MS, purchase, REMINDER, shipment, startStack } from './chaos-town.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const PEOPLE = 600;

describe('Clocks of machines', () => {
  let stack: ChaosStack;
  let shop: ChaosShop;
  let notices: string;
  let reminders: string;

  beforeAll(async () => {
    stack = await startStack();
    shop = await ChaosShop.open(stack, PEOPLE);
    notices = await shop.journey('shipment-notice', NOTICE);
    reminders = await shop.journey('cart-abandonment', REMINDER);
  }, 180_000);

  afterAll(async () => {
    await stack.stop();
  }, 60_000);

  afterEach(() => {
    turnAll(0);
  });

  const turnAll = (clockMs: number) => {
    for (const program of [stack.api!, ...stack.workers]) program.turnClock(clockMs);
  };
  const post = (events: object[]) => shop.api.post('/v1/events', { events });

  it(
    'row 16: turned back an hour and forward again, each cart is reminded of once, and none that was bought',
    async () => {
      const [kept, during, bought] = [30, 40, 50].map((from) => shop.eligible().slice(from, from + 8));
      await post(kept!.map(({ memberId }) => leftCart(memberId, `kept-${memberId}`, 2_000)));
      await post(bought!.map(({ memberId }) => leftCart(memberId, `bought-${memberId}`, 20_000)));
      turnAll(-HOUR_MS);
      // By the clock that everybody goes by now, these were left just as long ago.
      await post(during!.map(({ memberId }) => leftCart(memberId, `during-${memberId}`, 1_000 - HOUR_MS)));
      await post(bought!.map(({ memberId }) => ofCart(memberId)));
      // What was posted before the clocks were turned may be heard of only once they are right again.
      const runs = async () => (await stack.query('select 1 from journey_runs')).length;
      await eventually('carts are heard of', async () => (await runs()) >= during!.length, PATIENCE_MS);
      turnAll(0);
      const expected = [...kept!, ...during!];
      const told = async () => (await shop.received(reminders)).size >= expected.length;
      await eventually('all are reminded', told, PATIENCE_MS);
      const calm = `select 1 from journey_runs where due_at is not null`;
      await eventually('every run has ended', async () => (await stack.query(calm)).length === 0, PATIENCE_MS);
      expect(await shop.differences(reminders, expected)).toEqual([]);
    },
    2 * PATIENCE_MS,
  );

  it(
    'row 16: five minutes apart, two workers send everything once',
    async () => {
      // They stay so to the end: what the one ahead puts off is due by its own clock.
      const [ahead, behind] = stack.workers;
      ahead!.turnClock(5 * MINUTE_MS);
      behind!.turnClock(-5 * MINUTE_MS);
      const noticed = shop.eligible().slice(0, 20);
      const orders = [{ unit: 'row_16_same' }, { unit: 'row_16_own', text: 'Hello {{member.externalId}}' }];
      const ids = [await shop.send(orders[0]!), await shop.send(orders[1]!)];
      await post(noticed.map(({ memberId }) => shipment(memberId, `apart-${memberId}`)));
      for (const id of ids) await eventually('it is sent', () => shop.isOver(id), PATIENCE_MS);
      const told = async () => (await shop.received(notices)).size >= noticed.length;
      await eventually('all are told', told, PATIENCE_MS);
      for (const [i, id] of ids.entries()) expect(await shop.verdict(id, orders[i]!)).toEqual([]);
      expect(await shop.differences(notices, noticed)).toEqual([]);
    },
    2 * PATIENCE_MS,
  );

  /** A purchase of what is in somebody's cart, at the moment that the api takes for now. */
  function ofCart(memberId: string): object {
    const lines = [{ productId: `p-bought-${memberId}`, quantity: 1, unitPrice: 500 }];
    const occurredAt = new Date(Date.now() - HOUR_MS + MINUTE_MS).toISOString();
    return { ...purchase(memberId, `of-${memberId}`), total: 500, lines, occurredAt };
  }
});
