import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from '#testing';
import { features } from '../../../apps/api/app.module.js';
import { rank, Shop, type Json } from './shop.js';

const refer = (id: string) => ({ kind: 'segment', id });
const times = <T>(n: number, make: (i: number) => Promise<T>) =>
  Promise.all(Array.from({ length: n }, (_, i) => make(i)));

const sum = (answers: Json[], field: string) => answers.reduce((n, one) => n + Number(one[field]), 0);

describe('The contract, when things come at once', () => {
  let app: TestApp;
  let shop: Shop;

  beforeAll(async () => void (app = await createTestApp({ imports: features })));
  afterAll(() => app.close());
  beforeEach(async () => void (shop = await Shop.open(app)));

  it('takes an event once', async () => {
    const event = { id: 'e', type: 'purchase', orderId: 'o', total: 100 };
    const answers = await times(12, () => shop.post(event));
    expect(sum(answers, 'accepted')).toBe(1);
    expect(sum(answers, 'duplicates')).toBe(11);
    expect(await shop.member('hanako')).toMatchObject({ purchaseCount: 1, purchaseTotal: 100 });
  });

  it('sums visits, orders, their restatements and refunds', async () => {
    const date = (i: number) => `2026-03-${String(i + 1).padStart(2, '0')}T00:00:00Z`;
    await times(12, async (i) =>
      shop.did(
        { type: 'visit' },
        { type: 'purchase', orderId: `o${i}`, total: 10 },
        { type: 'purchase', orderId: 'restated', total: 100 + i, occurredAt: date(i) },
        { type: 'refund', orderId: 'restated', total: 1 },
        { type: 'refund', orderId: `o${(i + 1) % 12}`, total: 4 },
      ),
    );
    const total = 12 * 6 + 111 - 12;
    expect(await shop.member('hanako')).toMatchObject({ visitCount: 12, purchaseCount: 13, purchaseTotal: total });
    expect(await shop.actual({ kind: 'purchase' })).toEqual({ count: 13, total, quantity: 0 });
  });

  it('gives an order to one member', async () => {
    const answers = await times(10, (i) => shop.post({ type: 'purchase', memberId: `m${i}`, orderId: 'o', total: 10 }));
    expect(sum(answers, 'accepted')).toBe(1);
  });

  it('does one thing by one Idempotency-Key', async () => {
    const answers = await times(8, () =>
      shop.call('POST', '/v1/segments', { name: 's', rule: rank('a') }, { 'idempotency-key': 'k' }),
    );
    const made = answers.filter(({ status }) => status < 300).map(({ body }) => body.id);
    expect(new Set(made).size).toBe(1);
    for (const { status } of answers) expect([201, 409]).toContain(status);
    expect((await shop.must('GET', '/v1/segments')).items).toHaveLength(1);
  });

  it('lets no circle of segments come about', async () => {
    for (let round = 0; round < 6; round += 1) {
      const ids = await times(3, () => shop.segment(rank('a')));
      const put = (i: number) =>
        shop.call('PUT', `/v1/segments/${ids[i]}`, { name: 's', rule: refer(ids[(i + 1) % 3]!) });
      const states = (await times(3, put)).map(({ status }) => status).sort();
      expect(states).toEqual([200, 200, 409]);
      for (const id of ids) expect(await shop.who(refer(id))).toEqual([]);
    }
  });

  it('deletes no segment that is being referred to', async () => {
    for (let round = 0; round < 6; round += 1) {
      const used = await shop.segment(rank('a'));
      const [gone, made] = await Promise.all([
        shop.call('DELETE', `/v1/segments/${used}`),
        shop.call('POST', '/v1/segments', { name: 's', rule: refer(used) }),
      ]);
      expect([
        [204, 400],
        [409, 201],
      ]).toContainEqual([gone.status, made.status]);
    }
  });

  it('makes a member once', async () => {
    const answers = await times(8, () =>
      shop.must('POST', '/v1/members/batch', { members: [{ externalId: 'hanako' }] }),
    );
    expect(sum(answers, 'created')).toBe(1);
    expect(sum(answers, 'updated')).toBe(7);
  });

  it('takes over a link once', async () => {
    const channelId = await shop.channel();
    await shop.put('hanako');
    const link: Json = { memberId: 'hanako', lineUserId: `U${'1'.repeat(32)}` };
    const answers = await times(8, () => shop.links(channelId, link));
    expect(sum(answers, 'created')).toBe(1);
  });

  it('answers for segments that refer to segments many times over', async () => {
    await shop.put('hanako', { rank: 'a' });
    let id = await shop.segment(rank('a'));
    for (let i = 0; i < 16; i += 1) {
      const answer = await shop.call('POST', '/v1/segments', {
        name: 's',
        rule: { kind: 'all', rules: [refer(id), refer(id)] },
      });
      expect([201, 400]).toContain(answer.status);
      if (answer.status === 400) break;
      id = answer.body.id;
    }
    expect(await shop.must('POST', '/v1/segments/preview', { rule: refer(id) })).toMatchObject({ count: 1 });
  }, 20_000);

  it('keeps answering for stored rules when the currency, a channel or a zone is changed', async () => {
    const abroad = await Shop.open(app, { currency: 'USD' });
    await abroad.put('hanako');
    const channelId = await abroad.channel();
    const spent = await abroad.segment({ kind: 'purchase', total: { gte: 0.5 } });
    const friends = await abroad.segment({ kind: 'friend', state: 'none', channelId });
    await abroad.call('PATCH', '/v1/workspace', { currency: 'JPY' });
    await abroad.call('DELETE', `/v1/channels/${channelId}`);
    for (const id of [spent, friends]) {
      expect((await abroad.call('GET', `/v1/segments/${id}`)).status).toBe(200);
      expect((await abroad.call('GET', `/v1/segments/${id}/members`)).status).toBeLessThan(500);
      expect((await abroad.call('POST', '/v1/segments/preview', { rule: refer(id) })).status).toBeLessThan(500);
    }
  });
});
