import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { MembersHttpModule } from '#members';
import { createTestApp, type TestApp, type TestWorkspace } from '#testing';
import { EventsHttpModule } from './events.module.js';

let counter = 0;
const at = '2026-04-01T10:00:00+09:00';

/** A valid event of a type, with an id of its own. */
function event(type: string, fields: object = {}): Record<string, unknown> {
  counter += 1;
  const required: Record<string, object> = {
    purchase: { orderId: `order-${counter}`, total: 1000 },
    refund: { orderId: `order-${counter}`, total: 100 },
    cart: { cartId: 'cart', items: [] },
    shipment: { orderId: `order-${counter}`, status: 'shipped' },
    visit: {},
    booking: { bookingId: 'b', startsAt: '2026-05-01T10:00:00+09:00', status: 'booked' },
    browse: { url: 'https://shop.example/a' },
    restock: { productId: 'p' },
  };
  return {
    id: `event-${counter}`,
    type,
    occurredAt: at,
    ...(type !== 'restock' && { memberId: 'm' }),
    ...required[type],
    ...fields,
  };
}

describe('events', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ imports: [EventsHttpModule, MembersHttpModule] });
  });

  afterAll(() => app.close());

  const post = (events: unknown, of: TestWorkspace = app, headers = {}) =>
    app.request('POST', '/v1/events', { body: { events }, key: of.key, headers });
  const member = async (id: string, of: TestWorkspace = app) =>
    (await app.request('GET', `/v1/members/${id}`, { key: of.key })).body;

  it('of every type are taken, and their members made', async () => {
    const line = { productId: 'p', name: 'お茶', category: '飲料', quantity: 2, unitPrice: 500 };
    const item = { productId: 'p', name: 'x', quantity: 1, unitPrice: 1, imageUrl: 'https://i', url: 'https://u' };
    const answer = await post([
      event('purchase', { memberId: 'all', lines: [line], storeId: 's' }),
      event('refund', { memberId: 'all', orderId: 'unknown yet', lines: [line] }),
      event('cart', { memberId: 'all', items: [item], url: 'https://cart' }),
      event('shipment', { memberId: 'all', carrier: 'c', trackingNumber: 'n', trackingUrl: 'https://t' }),
      event('visit', { memberId: 'all', storeId: 's', source: 'app' }),
      event('booking', { memberId: 'all', title: 't', status: 'cancelled' }),
      event('browse', { memberId: 'all', productId: 'p', category: '飲料' }),
      event('restock'),
    ]);
    expect(answer).toMatchObject({ status: 202, body: { accepted: 8, duplicates: 0, rejected: [] } });
    expect(await member('all')).toMatchObject({
      visitCount: 1,
      purchaseCount: 1,
      purchaseTotal: 1000,
      firstPurchaseAt: new Date(at).toISOString(),
      lastPurchaseAt: new Date(at).toISOString(),
    });
  });

  it('change nothing when posted again, whatever they say then', async () => {
    const first = event('purchase', { memberId: 'again' });
    expect((await post([first])).body).toEqual({ accepted: 1, duplicates: 0, rejected: [] });
    expect((await post([first, { ...first, memberId: 'nobody', total: 5 }])).body).toEqual({
      accepted: 0,
      duplicates: 2,
      rejected: [],
    });
    expect(await member('again')).toMatchObject({ purchaseCount: 1, purchaseTotal: 1000 });
    expect(await member('nobody')).toMatchObject({ status: 404 });
  });

  it('of one id in one request: the first that is right wins, the others are duplicates', async () => {
    const first = event('purchase', { memberId: 'twice' });
    const answer = await post([
      { ...first, total: -1 },
      first,
      { ...first, type: 'visit', orderId: undefined, total: undefined, memberId: 'other' },
      { ...first, total: -1 },
    ]);
    expect(answer.body).toMatchObject({ accepted: 1, duplicates: 2, rejected: [{ index: 0 }] });
    expect(await member('other')).toMatchObject({ status: 404 });
  });

  it.each([
    ['purchase', { total: -1 }, '/total'],
    ['purchase', { total: 1e308 }, '/total'],
    ['purchase', { total: 19.5 }, '/total'],
    ['purchase', { total: '5' }, '/total'],
    ['purchase', { total: null }, '/total'],
    ['purchase', { total: undefined }, '/total'],
    ['purchase', { storeId: null }, '/storeId'],
    ['purchase', { coupon: 'x' }, '/coupon'],
    ['purchase', { orderId: 'a\u0000' }, '/orderId'],
    ['purchase', { orderId: 'x'.repeat(10_000) }, '/orderId'],
    ['purchase', { lines: {} }, '/lines'],
    ['purchase', { lines: [{ productId: 'p', quantity: 1.5, unitPrice: 1 }] }, '/lines/0/quantity'],
    ['purchase', { lines: [{ productId: 'p', quantity: 0, unitPrice: 1 }] }, '/lines/0/quantity'],
    ['purchase', { lines: [{ productId: 'p', quantity: 1, unitPrice: 0.5 }] }, '/lines/0/unitPrice'],
    ['purchase', { lines: [{ productId: 'p', quantity: 1e6, unitPrice: 9e15 }] }, '/lines/0/unitPrice'],
    ['purchase', { lines: [{ productId: 'p', quantity: 1, unitPrice: 1, size: 'L' }] }, '/lines/0/size'],
    ['purchase', { lines: [{ quantity: 1, unitPrice: 1 }] }, '/lines/0/productId'],
    ['cart', { items: [{ productId: 'p', quantity: 1, unitPrice: 0.5 }] }, '/items/0/unitPrice'],
    ['cart', { items: undefined }, '/items'],
    ['shipment', { status: 'lost' }, '/status'],
    ['booking', { startsAt: 'tomorrow' }, '/startsAt'],
    ['booking', { startsAt: '9999-01-01T00:00:00Z' }, '/startsAt'],
    ['browse', { url: 5 }, '/url'],
    ['restock', { memberId: 'm' }, '/memberId'],
    ['restock', { productId: undefined }, '/productId'],
    ['visit', { id: '' }, '/id'],
    ['visit', { id: '\ud800' }, '/id'],
    ['visit', { memberId: undefined }, '/memberId'],
    ['visit', { occurredAt: '2026-04-01' }, '/occurredAt'],
    ['visit', { occurredAt: '2026-02-30T00:00:00Z' }, '/occurredAt'],
    ['visit', { occurredAt: '1600-01-01T00:00:00Z' }, '/occurredAt'],
    ['visit', { occurredAt: '9999-01-01T00:00:00Z' }, '/occurredAt'],
    ['visit', { type: 'visits' }, '/type'],
    ['visit', { type: '__proto__' }, '/type'],
    ['visit', { constructor: 1 }, '/constructor'],
  ])('refuse a %s with bad input, and only that one (%#)', async (type, fields, path) => {
    const good = event('visit', { memberId: 'good' });
    const { status, body } = await post([event(type, fields), good]);
    expect(status).toBe(202);
    expect(body).toMatchObject({ accepted: 1, duplicates: 0 });
    expect(body.rejected).toEqual([
      { index: 0, code: expect.any(String), detail: expect.stringMatching(new RegExp(`^${path}\\b`)) },
    ]);
  });

  it('that are no objects are refused one by one, and a body without a list as a whole', async () => {
    const { body } = await post([null, 5, 'x', [], { type: 'visit' }]);
    expect(body.rejected.map((r: { index: number }) => r.index)).toEqual([0, 1, 2, 3, 4]);
    expect(await post([])).toMatchObject({ status: 202, body: { accepted: 0, duplicates: 0, rejected: [] } });
    for (const events of [undefined, {}, 'x', Array(1001).fill(0)]) {
      expect(await post(events)).toMatchObject({ status: 400, body: { errors: [{ path: '/events' }] } });
    }
  });

  it('may lie ten minutes ahead and no further', async () => {
    const now = app.scope.clock.now().getTime();
    const ahead = (ms: number) => event('visit', { memberId: 'ahead', occurredAt: new Date(now + ms).toISOString() });
    const { body } = await post([ahead(600_000), ahead(600_001)]);
    expect(body).toMatchObject({ accepted: 1, rejected: [{ index: 1, code: 'events.too_far_ahead' }] });
  });

  it('in a currency with decimals are summed exactly, and its currency stays', async () => {
    const shop = await app.workspace({ currency: 'USD' });
    const patch = (currency: string) => app.request('PATCH', '/v1/workspace', { body: { currency }, key: shop.key });
    expect((await patch('KWD')).status).toBe(200);
    expect((await post([event('purchase', { total: 1.2345 })], shop)).body.rejected).toHaveLength(1);
    expect((await patch('USD')).status).toBe(200);
    const totals = [0.1, 0.2, 19.99, 1e12 + 0.01];
    await post(
      totals.map((total) => event('purchase', { total })),
      shop,
    );
    expect((await member('m', shop)).purchaseTotal).toBe(1000000000020.3);
    expect((await patch('KWD')).status).toBe(409);
  });

  it('of an order of another member are refused, also within one request', async () => {
    const mine = { orderId: 'mine', memberId: 'owner' };
    const { body } = await post([
      event('purchase', mine),
      event('purchase', { ...mine, memberId: 'thief' }),
      event('refund', { ...mine, memberId: 'thief' }),
      event('refund', mine),
    ]);
    expect(body.accepted).toBe(2);
    expect(body.rejected).toMatchObject([
      { index: 1, code: 'events.order_of_another_member' },
      { index: 2, code: 'events.order_of_another_member' },
    ]);
    expect((await post([event('purchase', { ...mine, memberId: 'thief' })])).body.rejected).toHaveLength(1);
    expect((await post([event('refund', { ...mine, memberId: 'thief' })])).body.rejected).toHaveLength(1);
    expect(await member('owner')).toMatchObject({ purchaseCount: 1, purchaseTotal: 900 });
    expect(await member('thief')).toMatchObject({ status: 404 });
  });

  it('of one order by two members at once: one of them wins, whole', async () => {
    const purchases = ['one', 'two', 'three', 'four'].map((memberId) =>
      Array.from({ length: 120 }, (_, n) => event('purchase', { memberId, orderId: `contested-${n}` })),
    );
    const answers = await Promise.all(purchases.map((events) => post(events)));
    expect(answers.map(({ status }) => status)).toEqual([202, 202, 202, 202]);
    expect(answers.reduce((sum, { body }) => sum + Number(body.accepted), 0)).toBe(120);
    expect(answers.reduce((sum, { body }) => sum + Number(body.rejected.length), 0)).toBe(360);
  });

  it('posted by many at once are stored once, and no neighbour suffers', async () => {
    const events = Array.from({ length: 40 }, (_, n) => event('purchase', { memberId: `crowd-${n % 7}`, total: 1 }));
    const answers = await Promise.all([...events, ...events.toReversed(), { id: 'bad' }].map((one) => post([one])));
    const sum = (key: string) => answers.reduce((total, { body }) => total + Number(body[key]), 0);
    expect([sum('accepted'), sum('duplicates')]).toEqual([40, 40]);
    expect(answers.at(-1)!.body.rejected).toHaveLength(1);
    const counts = await Promise.all([0, 1, 2, 3, 4, 5, 6].map((n) => member(`crowd-${n}`)));
    expect(counts.reduce((total: number, { purchaseCount }) => total + Number(purchaseCount), 0)).toBe(40);
  });

  it('in large batches with the same members in another order never wait for each other for ever', async () => {
    const batch = (k: number) =>
      Array.from({ length: 300 }, (_, n) => event('purchase', { memberId: `knot-${(n * (k % 2 ? 1 : 299)) % 300}` }));
    const answers = await Promise.all([1, 2, 3, 4, 5, 6].map((k) => post(batch(k))));
    expect(answers.map(({ body }) => body.accepted)).toEqual([300, 300, 300, 300, 300, 300]);
  });

  it('beyond what can be summed are refused alone', async () => {
    const largest = Array.from({ length: 1030 }, (_, n) =>
      event('purchase', { memberId: 'rich', total: Number.MAX_SAFE_INTEGER, orderId: `rich-${n}` }),
    );
    expect((await post(largest.slice(0, 1000))).body.accepted).toBe(1000);
    const { status, body } = await post([...largest.slice(1000), event('visit', { memberId: 'modest' })]);
    expect([status, body.accepted, body.rejected.length]).toEqual([202, 25, 6]);
    expect(body.rejected[0].code).toBe('events.not_storable');
    expect((await member('modest')).visitCount).toBe(1);
  });

  it('answer the same to the same Idempotency-Key, and stay within their workspace', async () => {
    const other = await app.workspace();
    const one = event('purchase', { memberId: 'here' });
    const key = { 'idempotency-key': 'k1' };
    expect((await post([one], app, key)).body.accepted).toBe(1);
    expect((await post([one], app, key)).body.accepted).toBe(1);
    expect((await post([event('visit')], app, key)).status).toBe(409);
    expect(await member('here', other)).toMatchObject({ status: 404 });
    expect((await post([one], other)).body.accepted).toBe(1);
  });
});
