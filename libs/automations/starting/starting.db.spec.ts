import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { eventsAccepted } from '#events';
import { Jobs } from '#jobs';
import { Members } from '#members';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import {
  CART,
  cart,
  DAY,
  HOUR,
  journeysModules,
  JourneysStage,
  MINUTE,
  purchase,
  send,
  wait,
} from '../testing/journeys-stage.js';
import { Facts } from './facts.service.js';

describe('Coming into a journey', () => {
  let app: TestApp;
  let shop: JourneysStage;

  beforeAll(async () => {
    app = await createTestApp({
      imports: journeysModules,
      config: { lineApiBaseUrl: 'http://127.0.0.1:9', lineTimeoutMs: 200, databasePoolSize: 12 },
    });
  });
  beforeEach(async () => {
    shop = await JourneysStage.open(app, () => drainJobs(app.nest));
  });
  afterAll(() => app.close());

  const inside = async (memberId: string) => (await shop.runsOf(memberId)).length;

  it('happens once for an event, however often and by however many at once it is told', async () => {
    await shop.journey(CART);
    await shop.post(cart('a'));
    const facts = app.get(Facts);
    const [memberIds, workspaceId] = [await idsOf('a'), shop.scope.workspaceId];
    const ref = { workspaceId, memberIds, fromSeq: '1', ofNobody: false };
    await Promise.all(Array.from({ length: 8 }, () => facts.eventsAccepted(shop.scope, ref)));
    await app.get(Jobs).announce(shop.scope, eventsAccepted, ref);
    await shop.drain();
    expect(await shop.traces('a')).toEqual([['start started', 'wait waiting']]);
  });

  it('does not happen to whom the filter does not mean, as of the event', async () => {
    await shop.journey({ ...CART, filter: { kind: 'purchase', count: { gte: 1 } } });
    await shop.happens(cart('a'));
    await shop.happens(purchase('b', 'other'), { ...cart('b'), occurredAt: new Date(shop.now + 1).toISOString() });
    expect([await inside('a'), await inside('b')]).toEqual([0, 1]);
  });

  it('does not happen by an event that we are told a day late', async () => {
    await shop.journey(CART);
    await shop.happens({ ...cart('a'), occurredAt: new Date(shop.now - DAY - MINUTE).toISOString() });
    await shop.happens({ ...cart('b'), occurredAt: new Date(shop.now - DAY + MINUTE).toISOString() });
    expect([await inside('a'), await inside('b')]).toEqual([0, 1]);
  });

  it('does not happen before the journey is active, nor after', async () => {
    const { id } = await shop.done<{ id: string }>('POST', '/v1/journeys', shop.body(CART));
    await shop.happens(cart('a'));
    await shop.done('POST', `/v1/journeys/${id}/activate`);
    await shop.happens(cart('b'));
    await shop.done('POST', `/v1/journeys/${id}/deactivate`);
    await shop.happens(cart('c'));
    expect([await inside('a'), await inside('b'), await inside('c')]).toEqual([0, 1, 0]);
  });

  describe.each([
    ['once for ever', { once: true }, ['c1', 'c2', 'c3'], 1],
    ['once for each key', { key: ['cartId'] }, ['c1', 'c2', 'c1', 'c2'], 2],
    ['once in so many days', { days: 7 }, ['c1', 'c2', 'c3'], 1],
    ['whenever it starts', undefined, ['c1', 'c2', 'c1'], 3],
  ])('with re-entry %s', (_, reentry, carts, expected) => {
    it('holds for events one after another and for events at once', async () => {
      await shop.journey({ ...CART, reentry });
      for (const cartId of carts) await shop.happens(cart('a', cartId));
      expect(await inside('a')).toBe(expected);

      const facts = app.get(Facts);
      await shop.post(...carts.map((cartId) => cart('b', cartId)));
      const ref = { workspaceId: shop.scope.workspaceId, memberIds: await idsOf('b'), fromSeq: '1', ofNobody: false };
      await Promise.all(carts.map(() => facts.eventsAccepted(shop.scope, ref)));
      expect(await inside('b')).toBe(expected);
    });
  });

  it('lets a member in again when the days are over', async () => {
    await shop.journey({ ...CART, reentry: { days: 7 } });
    await shop.happens(cart('a', 'c1'));
    await shop.pass(7 * DAY - HOUR);
    await shop.happens(cart('a', 'c2'));
    await shop.pass(HOUR);
    await shop.happens(cart('a', 'c3'));
    expect((await shop.runsOf('a')).map(({ startedBy }) => (startedBy.body as { cartId: string }).cartId)).toEqual([
      'c1',
      'c3',
    ]);
  });

  it('begins the waiting run anew where the journey says so, until something was sent', async () => {
    await shop.journey({
      ...CART,
      reentry: { key: ['cartId'], repeat: 'restart' },
      steps: [wait(), send(), wait('later'), send('again')],
    });
    await shop.happens(cart('a', 'c', 'p'));
    await shop.pass(40 * MINUTE);
    await shop.happens(cart('a', 'c', 'p', 'q'));
    await shop.pass(40 * MINUTE);
    expect(await shop.traces('a')).toEqual([['start started', 'wait waiting', 'start restarted', 'wait waiting']]);
    await shop.pass(30 * MINUTE);
    await shop.happens(cart('a', 'c', 'r'));
    await shop.pass(HOUR);
    const [run, ...others] = await shop.runsOf('a');
    expect(others).toEqual([]);
    expect(run!.decisions.slice(4).map(({ step, decision }) => `${step} ${decision}`)).toEqual([
      ...['wait woke', 'send sent', 'later waiting'],
      ...['later woke', 'again sent', 'again done'],
    ]);
    expect(run).toMatchObject({
      state: 'done',
      startedBy: { body: { items: [{ productId: 'p' }, { productId: 'q' }] } },
    });
  });

  it('looks at what happened since the event before anybody was told of it', async () => {
    await shop.journey(CART);
    const before = shop.now;
    shop.scope.clock.advance(10 * MINUTE);
    await shop.happens(purchase('a'));
    await shop.happens({ ...cart('a'), occurredAt: new Date(before).toISOString() });
    expect(await shop.traces('a')).toEqual([['start started', 'wait waiting', 'cancel cancelled']]);
  });

  async function idsOf(...externalIds: string[]): Promise<string[]> {
    return [...(await app.get(Members).find(shop.scope, externalIds)).values()];
  }
});
