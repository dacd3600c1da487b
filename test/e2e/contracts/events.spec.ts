import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from '#testing';
import { features } from '../../../apps/api/app.module.js';
import { paths, Shop, type Json } from './shop.js';

const lines = [{ productId: 'p', name: 'n', category: 'c', quantity: 2, unitPrice: 50 }];
const items = [
  { productId: 'p', name: 'n', quantity: 1, unitPrice: 50, imageUrl: 'https://a.b/i', url: 'https://a.b' },
];
const shipment = { type: 'shipment', orderId: 'o', status: 'shipped' };
const booking = { type: 'booking', bookingId: 'b', startsAt: '2027-01-01T10:00:00+09:00', status: 'booked' };

describe('The contract of events', () => {
  let app: TestApp;
  let shop: Shop;

  beforeAll(async () => void (app = await createTestApp({ imports: features })));
  afterAll(() => app.close());
  beforeEach(async () => void (shop = await Shop.open(app)));

  it.each<Json>([
    { type: 'purchase', orderId: 'o', total: 100 },
    { type: 'purchase', orderId: 'o', total: 100, lines, storeId: 's' },
    { type: 'purchase', orderId: 'o', total: 0 },
    { type: 'refund', orderId: 'o', total: 100 },
    { type: 'refund', orderId: 'o', total: 100, lines },
    { type: 'cart', cartId: 'c', items, url: 'https://a.b' },
    { type: 'cart', cartId: 'c', items: [{ productId: 'p', quantity: 1, unitPrice: 1 }] },
    { type: 'cart', cartId: 'c', items: [] },
    shipment,
    { ...shipment, status: 'delivered', carrier: 'y', trackingNumber: '1', trackingUrl: 'https://a.b' },
    { type: 'visit' },
    { type: 'visit', storeId: 's', source: 'qr' },
    booking,
    { ...booking, status: 'changed', title: 't' },
    { ...booking, status: 'cancelled' },
    { type: 'browse', url: 'https://a.b/?q=1' },
    { type: 'browse', url: 'https://a.b', productId: 'p', category: 'c' },
    { type: 'restock', productId: 'p', memberId: undefined },
    { type: 'visit', id: 'x'.repeat(128), memberId: '😀'.repeat(64) },
    { type: 'visit', occurredAt: '2026-04-15T12:10:00+09:00' },
    { type: 'visit', occurredAt: '2026-04-15T03:10:00.000Z' },
  ])('takes %j', async (event) => {
    const answer = await shop.call('POST', '/v1/events', { events: [shop.event(event)] });
    expect([answer.status, answer.body]).toEqual([202, { accepted: 1, duplicates: 0, rejected: [] }]);
  });

  it.each<unknown>([
    null,
    'x',
    [],
    {},
    { type: 'nope' },
    { type: undefined },
    { type: 'visit', id: undefined },
    { type: 'visit', id: '' },
    { type: 'visit', id: 5 },
    { type: 'visit', id: 'x'.repeat(129) },
    { type: 'visit', id: 'a\u0000' },
    { type: 'visit', id: '\u0085' },
    { type: 'visit', memberId: undefined },
    { type: 'visit', memberId: '' },
    { type: 'visit', memberId: null },
    { type: 'visit', memberId: 'x'.repeat(129) },
    { type: 'visit', occurredAt: undefined },
    { type: 'visit', occurredAt: '2026-04-01' },
    { type: 'visit', occurredAt: '2026-04-01T00:00:00' },
    { type: 'visit', occurredAt: '2026-02-30T00:00:00Z' },
    { type: 'visit', occurredAt: 1_775_000_000_000 },
    { type: 'visit', occurredAt: '2026-04-15T12:10:00.001+09:00' },
    { type: 'visit', occurredAt: '2026-04-15T12:11:00+09:00' },
    { type: 'visit', nope: 1 },
    { type: 'visit', orderId: 'o' },
    { type: 'visit', storeId: 'x'.repeat(129) },
    { type: 'purchase', orderId: 'o' },
    { type: 'purchase', total: 1 },
    { type: 'purchase', orderId: 'o', total: '1' },
    { type: 'purchase', orderId: 'o', total: -1 },
    { type: 'purchase', orderId: 'o', total: 0.5 },
    { type: 'purchase', orderId: 'o', total: 1e308 },
    { type: 'purchase', orderId: 'x'.repeat(129), total: 1 },
    { type: 'purchase', orderId: 'o', total: 1, lines: [{ ...lines[0], unitPrice: 0.5 }] },
    { type: 'purchase', orderId: 'o', total: 1, lines: [{ ...lines[0], quantity: 1.5 }] },
    { type: 'purchase', orderId: 'o', total: 1, lines: [{ ...lines[0], quantity: -1 }] },
    { type: 'purchase', orderId: 'o', total: 1, lines: [{ ...lines[0], productId: undefined }] },
    { type: 'purchase', orderId: 'o', total: 1, lines: [{ ...lines[0], nope: 1 }] },
    { type: 'purchase', orderId: 'o', total: 1, lines: {} },
    { type: 'refund', orderId: 'o', total: -1 },
    { type: 'refund', orderId: 'o', total: 1.5 },
    { type: 'refund', orderId: 'o', total: 1, storeId: 's' },
    { type: 'cart', cartId: 'c' },
    { type: 'cart', items },
    { type: 'cart', cartId: 'c', items: [{ ...items[0], unitPrice: 0.5 }] },
    { ...shipment, status: 'lost' },
    { ...shipment, orderId: undefined },
    { ...booking, status: 'maybe' },
    { ...booking, startsAt: '2027-01-01' },
    { ...booking, bookingId: undefined },
    { type: 'browse' },
    { type: 'restock', productId: 'p' },
    { type: 'restock', memberId: undefined },
  ])('rejects %j and lets the request stand', async (bad) => {
    const isObject = typeof bad === 'object' && bad !== null && !Array.isArray(bad);
    const odd = isObject ? shop.event({ memberId: 'odd', ...bad }) : bad;
    const events = [shop.event({ type: 'visit' }), odd, shop.event({ type: 'visit' })];
    const answer = await shop.call('POST', '/v1/events', { events });
    const rejected = [{ index: 1, code: expect.any(String), detail: expect.any(String) }];
    expect([answer.status, answer.body]).toEqual([202, { accepted: 2, duplicates: 0, rejected }]);
    expect((await shop.member('hanako')).visitCount).toBe(2);
    expect((await shop.call('GET', '/v1/members/odd')).status).toBe(404);
  });

  it('posts again without any change, whatever the body', async () => {
    await shop.did({ id: 'e', type: 'purchase', orderId: 'o', total: 100 });
    for (const other of [
      { type: 'purchase', orderId: 'o', total: 100 },
      { type: 'purchase', orderId: 'o2', total: 900 },
      { type: 'visit' },
      { type: 'visit', memberId: 'taro' },
    ])
      expect(await shop.post({ id: 'e', ...other })).toEqual({ accepted: 0, duplicates: 1, rejected: [] });
    expect(await shop.member('hanako')).toMatchObject({ purchaseCount: 1, purchaseTotal: 100, visitCount: 0 });
    const other = await Shop.open(app);
    expect(await other.post({ id: 'e', type: 'visit' })).toMatchObject({ accepted: 1 });
  });

  it.each<[string, Json]>([
    ['the same', { type: 'purchase', orderId: 'o', total: 100 }],
    ['another purchase', { type: 'purchase', orderId: 'x', total: 5 }],
    ['another type', { type: 'visit' }],
    ['a malformed one', { type: 'nope' }],
    ['an invalid amount', { type: 'purchase', orderId: 'x', total: -5 }],
  ])('lets the first of two equal ids win over %s in one request', async (_, second) => {
    const answer = await shop.post({ id: 'e', type: 'purchase', orderId: 'o', total: 100 }, { id: 'e', ...second });
    expect(answer).toEqual({ accepted: 1, duplicates: 1, rejected: [] });
    expect(await shop.member('hanako')).toMatchObject({ purchaseCount: 1, purchaseTotal: 100, visitCount: 0 });
  });

  it('keeps ids to the letter', async () => {
    const ids = ['a', 'A', 'a ', 'é', 'e\u0301'];
    expect(await shop.post(...ids.map((id) => ({ id, type: 'visit' })))).toMatchObject({ accepted: 5 });
    await shop.did(...ids.map((orderId) => ({ type: 'purchase', orderId, total: 1 })));
    expect((await shop.member('hanako')).purchaseCount).toBe(5);
  });

  it('makes a bare member of an unknown one', async () => {
    await shop.did({ type: 'visit', memberId: 'ghost' });
    expect(await shop.member('ghost')).toMatchObject({ externalId: 'ghost', rank: null, tags: [], visitCount: 1 });
  });

  it.each([
    [1_000, 202],
    [1_001, 400],
  ])('answers %i events with %i', async (n, status) => {
    const events = Array.from({ length: n }, () => shop.event({ type: 'visit' }));
    expect((await shop.call('POST', '/v1/events', { events })).status).toBe(status);
    if (status === 202) expect((await shop.member('hanako')).visitCount).toBe(1_000);
    else expect((await shop.call('GET', '/v1/members/hanako')).status).toBe(404);
  });

  it.each<[unknown, string]>([
    [{}, '/events'],
    [{ events: 'x' }, '/events'],
    [{ events: [], x: 1 }, '/x'],
  ])('refuses the body %j', async (body, path) => {
    const answer = await shop.call('POST', '/v1/events', body);
    expect(answer.status).toBe(400);
    expect(paths(answer)).toContain(path);
  });

  it.each<[string, number, number]>([
    ['USD', 12.34, 12.345],
    ['KWD', 1.234, 1.2345],
    ['JPY', 1, 1.1],
  ])('takes the decimals that %s has, and no more', async (currency, good, bad) => {
    const abroad = await Shop.open(app, { currency });
    expect(await abroad.post({ type: 'purchase', orderId: 'a', total: bad })).toMatchObject({
      rejected: [{ index: 0 }],
    });
    await abroad.did({ type: 'purchase', orderId: 'a', total: good });
    expect((await abroad.member('hanako')).purchaseTotal).toBe(good);
  });

  it('sums money exactly', async () => {
    const abroad = await Shop.open(app, { currency: 'USD' });
    await abroad.did(...[0.1, 0.2, 1.1, 2.2].map((total, i) => ({ type: 'purchase', orderId: `o${i}`, total })));
    expect((await abroad.member('hanako')).purchaseTotal).toBe(3.6);
    expect(await abroad.holds({ kind: 'purchase', total: { gte: 3.6, lte: 3.6 } })).toBe(true);
  });

  it.each<[string, Json | undefined, boolean]>([
    ['nothing', undefined, true],
    ['a visit', { type: 'visit' }, true],
    ['a purchase', { type: 'purchase', orderId: 'o', total: 100 }, false],
    ['a refund', { type: 'refund', orderId: 'o', total: 100 }, false],
    ['a cart', { type: 'cart', cartId: 'c', items: [{ productId: 'p', quantity: 1, unitPrice: 5 }] }, false],
  ])('after %s, whether the currency can change is right', async (_, event, can) => {
    if (event) await shop.did(event);
    const answer = await shop.call('PATCH', '/v1/workspace', { currency: 'USD' });
    expect(answer.status < 300).toBe(can);
    expect((await shop.must('GET', '/v1/workspace')).currency).toBe(can ? 'USD' : 'JPY');
    if (can) return;
    expect([400, 409]).toContain(answer.status);
    await shop.must('PATCH', '/v1/workspace', { name: 'other' });
  });

  it.each(['/v1/segments', '/v1/campaigns'])(
    'cannot change the currency once a rule in %s names an amount',
    async (url) => {
      const abroad = await Shop.open(app, { currency: 'USD' });
      const rule = { kind: 'not', rule: { kind: 'purchase', total: { gte: 0.5 } } };
      const campaign = { channelId: await abroad.channel(), messages: [{ type: 'text', text: 'x' }] };
      await abroad.must('POST', url, { name: 'n', rule, ...(url.endsWith('campaigns') && campaign) });
      const answer = await abroad.call('PATCH', '/v1/workspace', { currency: 'JPY' });
      expect([answer.status, (await abroad.must('GET', '/v1/workspace')).currency]).toEqual([409, 'USD']);
    },
  );

  it('can change the currency after an amount was rejected', async () => {
    await shop.post({ type: 'purchase', orderId: 'o', total: 0.5 });
    await shop.must('PATCH', '/v1/workspace', { currency: 'USD' });
    await shop.did({ type: 'purchase', orderId: 'o', total: 0.5 });
    expect((await shop.member('hanako')).purchaseTotal).toBe(0.5);
  });
});
