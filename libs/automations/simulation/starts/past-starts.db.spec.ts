import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { ProductsHttpModule, ProductsJobsModule } from '#products';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import {
  DAY,
  HOUR,
  journeysModules,
  JourneysStage,
  MINUTE,
  purchase,
  send,
  wait,
} from '../../testing/journeys-stage.js';
import { lineSays, lineUser } from '../../testing/line-words.js';
import type { SimulationDto } from '../simulation.dto.js';
import { SimulationHttpModule } from '../simulation.module.js';

type Plain = Record<string, unknown>;

describe('The time machine over what started journeys', () => {
  let app: TestApp;
  let shop: JourneysStage;
  let began: number;

  beforeAll(async () => {
    app = await createTestApp({
      imports: [...journeysModules, ProductsHttpModule, ProductsJobsModule, SimulationHttpModule],
      config: { lineApiBaseUrl: 'http://127.0.0.1:9', lineTimeoutMs: 200 },
    });
  }, 60_000);
  beforeEach(async () => {
    app.scope.clock.set('2026-04-15T12:00:00+09:00');
    shop = await JourneysStage.open(app, () => drainJobs(app.nest));
    began = shop.now;
  });
  afterAll(() => app.close());

  const simulate = async (start: Plain, more: Plain = {}, period: Plain = {}) => {
    const definition = { channelId: shop.channelId, start, steps: [wait()], ...more };
    const answer = await shop.done<SimulationDto>('POST', '/v1/journeys/simulate', { definition, ...period });
    const again = await shop.request('POST', '/v1/journeys/simulate', { definition, ...period });
    expect(JSON.stringify(again.body)).toBe(JSON.stringify(answer));
    return answer;
  };
  /** Who came in and how long after the beginning: each is sent something at once. */
  const starts = async (start: Plain, more: Plain = {}, period: Plain = {}) => {
    const { forecast } = await simulate(start, { steps: [send()], ...more }, period);
    return forecast.map(({ memberId, lineUserId, at }) => [memberId ?? lineUserId, Date.parse(at) - 1 - began]);
  };
  const at = (later: number) => new Date(began + later).toISOString();
  const put = (id: string, profile: Plain = {}) => shop.done('PUT', `/v1/members/${id}`, profile);
  /** Members who can be sent to since ever. */
  const people = async (...ids: string[]) => {
    for (const id of ids) await put(id);
    const links = ids.map((memberId, n) => ({ memberId, lineUserId: lineUser(100 + n), friend: true }));
    const since = { linkedAt: '2020-01-01T00:00:00Z' };
    const body = { channelId: shop.channelId, links: links.map((link) => ({ ...link, ...since })) };
    expect(await shop.done('POST', '/v1/links/batch', body)).toMatchObject({ created: ids.length });
  };
  const pass = (milliseconds: number) => shop.scope.clock.advance(milliseconds);

  describe('ranks', () => {
    it('finds who got which rank when, and nobody who came with one', async () => {
      await people('a', 'b');
      await put('new', { rank: 'gold' });
      await put('a', { rank: 'silver' });
      pass(HOUR);
      await put('b', { rank: 'gold' });
      await put('a', { rank: 'gold' });
      pass(HOUR);
      await put('a', { rank: null });
      expect(await starts({ on: 'rank' })).toEqual([
        ['a', 0],
        ['a', HOUR],
        ['b', HOUR],
        ['a', 2 * HOUR],
      ]);
      const gold = { on: 'rank', to: ['gold'] };
      expect(await starts(gold)).toEqual([
        ['a', HOUR],
        ['b', HOUR],
      ]);
      expect(await starts({ on: 'rank' }, {}, { from: at(1), to: at(2 * HOUR) })).toHaveLength(2);
    });

    it('says since when they are kept where the workspace is older than that', async () => {
      expect((await simulate({ on: 'rank' })).past.startsSince).toMatch(/^\d{4}-/);
      app.scope.clock.set('2099-01-01T00:00:00Z');
      shop = await JourneysStage.open(app, () => drainJobs(app.nest));
      expect((await simulate({ on: 'rank' })).past).toEqual({ ofNow: [] });
    });
  });

  describe('restocks', () => {
    const ask = (id: string) => shop.done('POST', `/v1/members/${id}/restock-requests`, { productId: 'p' });
    const view = (memberId: string) => ({ type: 'browse', memberId, url: 'https://shop.example/p', productId: 'p' });
    const back = { type: 'restock', productId: 'p' };

    it('finds who waited then: each hears once, and waits again only by asking again', async () => {
      await people('a', 'b', 'c', 'd');
      for (const id of ['c', 'a', 'b']) await ask(id);
      pass(HOUR - 1);
      await shop.done('DELETE', '/v1/members/b/restock-requests/p');
      pass(1);
      await shop.happens({ ...back, productId: 'other' }, back);
      pass(HOUR);
      await ask('d');
      pass(HOUR);
      await shop.happens(back);
      expect(await starts({ on: 'restock' })).toEqual([
        ['a', HOUR],
        ['c', HOUR],
        ['d', 3 * HOUR],
      ]);
      // What is begun later finds them still waiting.
      expect(await starts({ on: 'restock' }, {}, { from: at(2 * HOUR) })).toEqual([
        ['a', 3 * HOUR],
        ['c', 3 * HOUR],
        ['d', 3 * HOUR],
      ]);
    });

    it('knows who waited before a journey told them', async () => {
      await people('a');
      await ask('a');
      await shop.journey({ start: { on: 'restock' }, steps: [wait()] });
      pass(HOUR);
      await shop.happens(back);
      pass(HOUR);
      await shop.happens(back);
      expect(await starts({ on: 'restock' })).toEqual([['a', HOUR]]);
    });

    it('finds who looked at it before, in lots, those who asked first', async () => {
      await people('a', 'b', 'c', 'd', 'e');
      await shop.post({ ...view('e'), occurredAt: at(-40 * DAY) }, { ...view('b'), occurredAt: at(-DAY) }, view('c'));
      await ask('d');
      pass(HOUR);
      await shop.post(back);
      pass(HOUR);
      await shop.post(view('a'));
      const start = { on: 'restock', browsedWithinDays: 30, first: 2, everyMinutes: 30 };
      expect(await starts(start)).toEqual([
        ['c', HOUR],
        ['d', HOUR],
        ['b', HOUR + 30 * MINUTE],
      ]);
      expect(await starts(start, {}, { to: at(HOUR + 30 * MINUTE) })).toHaveLength(2);
    });

    it('knows those that the catalogue told of, with what it says of the product', async () => {
      await people('a');
      await ask('a');
      const product = { productId: 'p', name: 'Mug', price: 100 };
      const stock = (n: number) => shop.done('PUT', '/v1/products/batch', { products: [{ ...product, stock: n }] });
      await stock(0);
      pass(HOUR);
      await stock(5);
      await shop.drain();
      const messages = [{ type: 'text', text: '{{event.name | fallback: "?"}} {{event.price | fallback: "?"}}' }];
      const { forecast } = await simulate(
        { on: 'restock' },
        { steps: [send('send', { messages })] },
        { messages: true },
      );
      expect(forecast).toMatchObject([{ memberId: 'a', at: at(HOUR + 1), messages: [{ text: 'Mug 100' }] }]);
    });

    it('takes given restocks and views in place of the stored ones', async () => {
      await people('a', 'b', 'c');
      await shop.post(view('c'), back);
      const events = [
        { id: '1', occurredAt: at(DAY), ...view('a') },
        { id: '2', occurredAt: at(DAY + 1), ...view('b') },
        { id: '3', occurredAt: at(DAY), ...back },
        { id: '3', occurredAt: at(2 * DAY), ...back },
        { id: '4', occurredAt: at(DAY), ...view('nobody') },
      ];
      const start = { on: 'restock', browsedWithinDays: 1 };
      expect(await starts(start, {}, { events })).toEqual([['a', DAY]]);
      expect((await simulate(start, {}, { events })).leftOut).toBe(1);
    });
  });

  describe('friends', () => {
    it('finds who came: as the member they were linked to then, or as LINE user until they are', async () => {
      await people('a', 'b');
      await lineSays(app, shop, 'follow', lineUser(100));
      await lineSays(app, shop, 'follow', lineUser(1));
      await lineSays(app, shop, 'follow', lineUser(2));
      await lineSays(app, shop, 'unfollow', lineUser(2));
      await shop.drain();
      pass(HOUR);
      await shop.done('POST', '/v1/links/batch', {
        channelId: shop.channelId,
        links: [{ memberId: 'b', lineUserId: lineUser(1) }],
      });
      pass(HOUR);
      await lineSays(app, shop, 'follow', lineUser(1));
      await shop.drain();
      expect(await starts({ on: 'friend' })).toEqual([
        [lineUser(1), 0],
        ['a', 0],
        ['b', 2 * HOUR],
      ]);
      expect(await starts({ on: 'friend', linked: false })).toEqual([[lineUser(1), 0]]);
      expect(await starts({ on: 'friend' }, {}, { from: at(HOUR) })).toEqual([['b', 2 * HOUR]]);
      const greeting = { steps: [wait(), send()], cancel: [{ change: 'linked' }] };
      const { totals } = await simulate({ on: 'friend', linked: false }, greeting);
      expect(totals).toMatchObject({ members: 1, started: 1, cancelled: 1, done: 0 });
    });
  });

  describe('segments', () => {
    const segment = async (rule: Plain) =>
      (await shop.done<{ id: string }>('POST', '/v1/segments', { name: 's', rule })).id;

    it('finds who entered and left, by what they did and by the days that went by', async () => {
      await people('a', 'b', 'c');
      await shop.post({ ...purchase('a'), occurredAt: at(-10 * DAY) }, { ...purchase('b'), occurredAt: at(-DAY) });
      pass(DAY);
      await shop.post(purchase('a'));
      pass(MINUTE);
      const segmentId = await segment({ kind: 'not', rule: { kind: 'purchase', within: { days: 3 } } });
      const changes = async (change: string, period: Plain) =>
        (await starts({ on: 'segment', segmentId, change }, {}, period)).map(([id, after]) => [
          id,
          Number(after) / HOUR,
        ]);
      const tillMidnight = 12;
      // The purchase exists a millisecond after it was made.
      expect(await changes('left', { from: at(-20 * DAY) })).toEqual([
        ['a', -240 + 1 / HOUR],
        ['b', -24 + 1 / HOUR],
        ['a', 24 + 1 / HOUR],
      ]);
      expect(await changes('entered', { from: at(-20 * DAY) })).toEqual([['a', -240 + 4 * 24 - tillMidnight]]);
      // What will be so if nothing happens.
      expect(await changes('entered', { from: at(DAY), to: at(30 * DAY) })).toEqual([
        ['b', -24 + 4 * 24 - tillMidnight],
        ['a', 24 + 4 * 24 - tillMidnight],
      ]);
    });

    it('needs a period where it changes for ever, and says what is answered as of now', async () => {
      await put('a', { birthMonth: 6, tags: ['x'] });
      const tagged = await segment({ kind: 'tag', any: ['x'] });
      const rules = [
        { kind: 'birth-month', relative: 'next' },
        { kind: 'segment', id: tagged },
      ];
      const start = { on: 'segment', segmentId: await segment({ kind: 'all', rules }), change: 'entered' };
      const definition = { channelId: shop.channelId, start, steps: [wait()] };
      const refused = async (more: Plain) => {
        const { body } = await shop.request('POST', '/v1/journeys/simulate', { definition, ...more });
        return (body as { errors: { path: string }[] }).errors.map(({ path }) => path);
      };
      expect(await refused({})).toEqual(['/from', '/to']);
      expect(await refused({ from: at(0), to: '9999-01-01T00:00:00Z' })).toEqual(['/to']);
      const { totals, past } = await simulate(start, {}, { from: at(0), to: at(400 * DAY) });
      expect(totals.started).toBe(2);
      expect(past).toEqual({ ofNow: ['tag'] });
    });
  });
});
