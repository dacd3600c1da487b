import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from '#testing';
import { features } from '../../../apps/api/app.module.js';
import { Shop, type Json } from './shop.js';

const at = (day: string) => `${day}T12:00:00+09:00`;
const buy = (orderId: string, total: number, more: Json = {}) => ({ type: 'purchase', orderId, total, ...more });
const back = (orderId: string, total: number, more: Json = {}) => ({ type: 'refund', orderId, total, ...more });
const line = (productId: string, quantity: number, unitPrice: number, category?: string) => ({
  productId,
  quantity,
  unitPrice,
  category,
});
const basket = { lines: [line('a', 2, 100, 'x'), line('b', 1, 300, 'y')] };
const returned = (...lines: Json[]) => ({ lines });

type Sum = [count: number, total: number, quantity: number];

describe('The contract of orders', () => {
  let app: TestApp;
  let shop: Shop;

  beforeAll(async () => void (app = await createTestApp({ imports: features })));
  afterAll(() => app.close());
  beforeEach(async () => void (shop = await Shop.open(app)));

  const sum = async (where?: Json, within?: Json, asOf?: string): Promise<Sum> => {
    const rule = { kind: 'purchase', ...(where && { where }), ...(within && { within }) };
    const { count, total, quantity } = await shop.actual(rule, asOf);
    const bounds = { count: exactly(count), total: exactly(total), quantity: exactly(quantity) };
    expect(await shop.holds({ ...rule, ...bounds }, asOf)).toBe(true);
    expect(await shop.holds({ ...rule, count: { gte: Number(count) + 1 } }, asOf)).toBe(false);
    return [count, total, quantity];
  };
  const exactly = (n: number) => ({ gte: n, lte: n });
  const each = async (events: Json[]) => {
    for (const event of events) await shop.did(event);
  };
  const arrivals: [string, (events: Json[]) => Promise<void>][] = [
    ['in one request', (events) => shop.did(...events)],
    ['backwards', (events) => shop.did(...events.reverse())],
    ['one by one', each],
    ['one by one, backwards', (events) => each(events.reverse())],
  ];

  /** Each event is given its own day of March, in the order it stands here. */
  const stories: [string, Json[], Sum, { a?: Sum; x?: Sum; b?: Sum }][] = [
    ['nothing', [], [0, 0, 0], {}],
    ['an order', [buy('o', 500, basket)], [1, 500, 3], { a: [1, 200, 2], x: [1, 200, 2], b: [1, 300, 1] }],
    ['an order without lines', [buy('o', 500)], [1, 500, 0], { a: [0, 0, 0] }],
    ['an order of total 0', [buy('o', 0)], [1, 0, 0], {}],
    ['an order of total 0 and a refund', [buy('o', 0), back('o', 0)], [0, 0, 0], {}],
    [
      'a restated order',
      [buy('o', 500, basket), buy('o', 70, { lines: [line('c', 7, 10)] })],
      [1, 70, 7],
      { a: [0, 0, 0] },
    ],
    ['an order restated without lines', [buy('o', 500, basket), buy('o', 70)], [1, 70, 0], { a: [0, 0, 0] }],
    ['a partial refund', [buy('o', 500, basket), back('o', 200)], [1, 300, 3], { a: [1, 200, 2], b: [1, 300, 1] }],
    ['two partial refunds', [buy('o', 500), back('o', 200), back('o', 100)], [1, 200, 0], {}],
    ['a whole refund', [buy('o', 500, basket), back('o', 500)], [0, 0, 0], { a: [0, 0, 0], b: [0, 0, 0] }],
    ['more than the order', [buy('o', 500, basket), back('o', 900)], [0, 0, 0], { a: [0, 0, 0] }],
    ['more than the order in two', [buy('o', 500), back('o', 400), back('o', 400), buy('p', 50)], [1, 50, 0], {}],
    ['a refund before the order', [back('o', 200), buy('o', 500)], [1, 300, 0], {}],
    ['only a refund', [back('o', 200)], [0, 0, 0], {}],
    ['a refund between statements', [buy('o', 500), back('o', 200), buy('o', 1_000)], [1, 800, 0], {}],
    ['a restatement below the refund', [buy('o', 500), back('o', 200), buy('o', 100)], [0, 0, 0], {}],
    [
      'a returned line',
      [buy('o', 500, basket), back('o', 100, returned(line('a', 1, 100)))],
      [1, 400, 2],
      { a: [1, 100, 1], x: [1, 100, 1], b: [1, 300, 1] },
    ],
    [
      'a whole line returned',
      [buy('o', 500, basket), back('o', 200, returned(line('a', 2, 100)))],
      [1, 300, 1],
      { a: [0, 0, 0], x: [0, 0, 0], b: [1, 300, 1] },
    ],
    [
      'more of a line returned than bought',
      [buy('o', 500, basket), back('o', 200, returned(line('a', 9, 100)))],
      [1, 300, 1],
      { a: [0, 0, 0], b: [1, 300, 1] },
    ],
    [
      'a line returned that was never bought',
      [buy('o', 500, basket), back('o', 100, returned(line('z', 1, 100)))],
      [1, 400, 3],
      { a: [1, 200, 2], b: [1, 300, 1] },
    ],
    [
      'a line returned twice by halves',
      [buy('o', 500, basket), back('o', 100, returned(line('a', 1, 100))), back('o', 100, returned(line('a', 1, 100)))],
      [1, 300, 1],
      { a: [0, 0, 0] },
    ],
    [
      'all lines returned for part of the total',
      [buy('o', 600, basket), back('o', 500, returned(line('a', 2, 100), line('b', 1, 300)))],
      [1, 100, 0],
      { a: [0, 0, 0], b: [0, 0, 0] },
    ],
    [
      'two lines of one product',
      [buy('o', 300, { lines: [line('a', 1, 100, 'x'), line('a', 2, 100, 'x')] })],
      [1, 300, 3],
      { a: [1, 300, 3], x: [1, 300, 3] },
    ],
    [
      'two orders of one product',
      [buy('o', 500, basket), buy('p', 200, { lines: [line('a', 2, 100, 'z')] })],
      [2, 700, 5],
      { a: [2, 400, 4], x: [1, 200, 2] },
    ],
  ];
  const told = stories.flatMap(([name, events, ...sums]) =>
    arrivals.map(([how, post]) => [name, how, events, sums, post] as const),
  );

  it.each(told)('sums %s, posted %s', async (_name, _how, ...[events, [all, { a, x, b }], post]) => {
    await shop.put('hanako');
    const dated = events.map((event, i) => ({ ...event, occurredAt: at(`2026-03-${String(i + 1).padStart(2, '0')}`) }));
    await post(dated);
    expect(await sum()).toEqual(all);
    if (a) expect(await sum({ product: ['a'] })).toEqual(a);
    if (b) expect(await sum({ product: ['b'] })).toEqual(b);
    if (x) expect(await sum({ category: ['x'] })).toEqual(x);
    expect(await shop.member('hanako')).toMatchObject({ purchaseCount: all[0], purchaseTotal: all[1] });
    expect(await sum(undefined, { from: '2026-03-01', to: '2026-04-01' })).toEqual(all);
    expect(await sum(undefined, { to: '2026-03-01' })).toEqual([0, 0, 0]);
  });

  it('lets the later arrival restate at one and the same moment', async () => {
    await shop.did(buy('o', 1), buy('o', 2));
    expect(await sum()).toEqual([1, 2, 0]);
    await shop.did(buy('o', 3));
    expect(await sum()).toEqual([1, 3, 0]);
  });

  it('moves an order to the date of its last statement', async () => {
    await shop.did(buy('o', 100, { occurredAt: at('2026-02-10') }), back('o', 10, { occurredAt: at('2026-04-01') }));
    const february = { from: '2026-02-01', to: '2026-03-01' };
    const march = { from: '2026-03-01', to: '2026-04-01' };
    const april = { from: '2026-04-01' };
    expect([await sum(undefined, february), await sum(undefined, april)]).toEqual([
      [1, 90, 0],
      [0, 0, 0],
    ]);
    await shop.did(buy('o', 200, { occurredAt: at('2026-03-10') }));
    expect(await sum(undefined, february)).toEqual([0, 0, 0]);
    expect(await sum(undefined, march)).toEqual([1, 190, 0]);
    const { firstPurchaseAt, lastPurchaseAt } = await shop.member('hanako');
    expect([firstPurchaseAt, lastPurchaseAt].map((t) => new Date(t).getTime())).toEqual(
      Array(2).fill(new Date(at('2026-03-10')).getTime()),
    );
    await shop.did(buy('o', 300, { occurredAt: at('2026-01-10') }));
    expect(await sum(undefined, march)).toEqual([1, 190, 0]);
    expect(await sum(undefined, { to: '2026-02-01' })).toEqual([0, 0, 0]);
    // The last statement is the order, also for a question about the days before it.
    expect(await sum(undefined, undefined, at('2026-03-01'))).toEqual([0, 0, 0]);
    expect(await sum(undefined, undefined, at('2026-03-20'))).toEqual([1, 190, 0]);
  });

  it('is dated by what counts', async () => {
    await shop.did(
      buy('1', 100, { occurredAt: at('2026-01-01') }),
      buy('2', 100, { occurredAt: at('2026-02-01') }),
      buy('3', 100, { occurredAt: at('2026-03-01') }),
      back('1', 100),
      back('3', 100),
    );
    const { firstPurchaseAt, lastPurchaseAt } = await shop.member('hanako');
    expect([firstPurchaseAt, lastPurchaseAt]).toEqual(Array(2).fill('2026-02-01T03:00:00.000Z'));
    await shop.did(back('2', 100));
    expect(await shop.member('hanako')).toMatchObject({ firstPurchaseAt: null, lastPurchaseAt: null });
  });

  it.each<[string, Json[], Json]>([
    ['a purchase', [buy('o', 100)], buy('o', 900)],
    ['an earlier purchase', [buy('o', 100)], buy('o', 900, { occurredAt: '2020-01-01T00:00:00Z' })],
    ['a refund', [buy('o', 100)], back('o', 50)],
  ])('refuses %s of another member, in the same request or a later one', async (_, first, other) => {
    await shop.put('taro');
    const stranger = { ...other, memberId: 'taro' };
    const together = await shop.post(...first, stranger);
    expect(together).toMatchObject({ accepted: 1, rejected: [{ index: 1 }] });
    expect(await shop.post(stranger)).toMatchObject({ accepted: 0, rejected: [{ index: 0 }] });
    expect(await sum()).toEqual([1, 100, 0]);
  });

  it('does not charge a waiting refund to another member', async () => {
    await shop.did(back('o', 50, { memberId: 'taro' }));
    await shop.post(buy('o', 100));
    expect([
      [0, 0, 0],
      [1, 100, 0],
    ]).toContainEqual(await sum());
  });

  it.each<[string, Json, Sum]>([
    ['category x', { category: ['x'] }, [2, 300, 3]],
    ['category x or y', { category: ['x', 'y'] }, [2, 600, 4]],
    ['category z', { category: ['z'] }, [1, 900, 1]],
    ['product a of any category', { product: ['a'] }, [3, 1_200, 4]],
    ['product a in category x', { product: ['a'], category: ['x'] }, [2, 300, 3]],
    ['product b in category x', { product: ['b'], category: ['x'] }, [0, 0, 0]],
    ['store s', { store: ['s'] }, [1, 550, 3]],
    ['store s or t', { store: ['s', 't'] }, [2, 650, 4]],
    ['product a in store s', { store: ['s'], product: ['a'] }, [1, 200, 2]],
    ['an unknown store', { store: ['S'] }, [0, 0, 0]],
    ['an unknown category', { category: ['X'] }, [0, 0, 0]],
  ])('filters by %s', async (_, where, expected) => {
    await shop.did(
      buy('1', 550, { ...basket, storeId: 's' }),
      buy('2', 100, { lines: [line('a', 1, 100, 'x')], storeId: 't' }),
      buy('3', 900, { lines: [line('a', 1, 900, 'z')] }),
      buy('4', 10),
    );
    expect(await sum(where)).toEqual(expected);
    expect(await sum()).toEqual([4, 1_560, 5]);
  });

  it('returns lines to the store and category where they were bought', async () => {
    await shop.did(
      buy('1', 500, { ...basket, storeId: 's' }),
      back('1', 100, { ...returned(line('a', 1, 100, 'other')), occurredAt: at('2026-04-10') }),
    );
    expect(await sum({ store: ['s'] })).toEqual([1, 400, 2]);
    expect(await sum({ category: ['x'] })).toEqual([1, 100, 1]);
    // Whenever it comes: also for a question about the days before it came.
    expect(await sum({ store: ['s'] }, undefined, at('2026-04-05'))).toEqual([1, 400, 2]);
  });
});
