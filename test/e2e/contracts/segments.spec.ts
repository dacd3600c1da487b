import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from '#testing';
import { features } from '../../../apps/api/app.module.js';
import { paths, rank, Shop, type Json } from './shop.js';

const nobody = '00000000-0000-4000-8000-000000000000';
const refer = (id: string) => ({ kind: 'segment', id });

describe('The contract of segments', () => {
  let app: TestApp;
  let shop: Shop;

  beforeAll(async () => void (app = await createTestApp({ imports: features })));
  afterAll(() => app.close());
  beforeEach(async () => void (shop = await Shop.open(app)));

  it('are made, read, listed, changed and deleted', async () => {
    const made = await shop.call('POST', '/v1/segments', { name: '金', rule: rank('gold') });
    expect(made).toMatchObject({ status: 201, body: { name: '金', rule: rank('gold'), id: expect.any(String) } });
    const url = `/v1/segments/${made.body.id}`;
    expect(await shop.must('GET', url)).toMatchObject({ id: made.body.id, name: '金', rule: rank('gold') });
    expect(await shop.must('PUT', url, { name: '銀', rule: rank('silver') })).toMatchObject({ rule: rank('silver') });
    const list = await shop.must('GET', '/v1/segments');
    expect(list).toMatchObject({ items: [{ id: made.body.id, name: '銀' }], nextCursor: null });
    expect((await shop.call('DELETE', url)).status).toBe(204);
    for (const method of ['GET', 'DELETE']) expect((await shop.call(method, url)).status).toBe(404);
    expect((await shop.call('PUT', url, { name: 's', rule: rank('x') })).status).toBe(404);
    expect((await shop.call('GET', `${url}/members`)).status).toBe(404);
  });

  it.each<[Json, string]>([
    [{ rule: rank('a') }, '/name'],
    [{ name: 's' }, '/rule'],
    [{ name: 5, rule: rank('a') }, '/name'],
    [{ name: 's', rule: rank('a'), x: 1 }, '/x'],
  ])('refuses %j', async (body, path) => {
    const made = await shop.segment(rank('a'));
    for (const [method, url] of [
      ['POST', '/v1/segments'],
      ['PUT', `/v1/segments/${made}`],
    ] as const) {
      const answer = await shop.call(method, url, body);
      expect([answer.status, paths(answer)]).toEqual([400, [path]]);
    }
  });

  it('refer to one another, at the same moment', async () => {
    await shop.put('hanako', { rank: 'gold' });
    await shop.put('taro', { rank: 'gold' });
    await shop.did({ type: 'visit', occurredAt: '2026-04-10T00:00:00Z' });
    const inner = await shop.segment({ kind: 'visit', within: { days: 2 } });
    const outer = await shop.segment({ kind: 'all', rules: [rank('gold'), { kind: 'not', rule: refer(inner) }] });
    expect(await shop.who(refer(outer))).toEqual(['hanako', 'taro']);
    expect(await shop.who(refer(outer), '2026-04-11T00:00:00Z')).toEqual(['taro']);
    await shop.must('PUT', `/v1/segments/${inner}`, { name: 'i', rule: rank('gold') });
    expect(await shop.who(refer(outer))).toEqual([]);
  });

  it('refuses to go round in circles', async () => {
    const a = await shop.segment(rank('a'));
    const b = await shop.segment({ kind: 'not', rule: refer(a) });
    const c = await shop.segment({ kind: 'any', rules: [rank('c'), refer(b)] });
    const put = (id: string, rule: unknown) => shop.call('PUT', `/v1/segments/${id}`, { name: 's', rule });
    const self = await put(a, refer(a));
    expect([self.status, paths(self)]).toEqual([409, ['/rule/id']]);
    for (const other of [b, c]) {
      const answer = await put(a, { kind: 'all', rules: [rank('a'), refer(other)] });
      expect([answer.status, paths(answer)]).toEqual([409, ['/rule/rules/1/id']]);
    }
    expect((await shop.must('GET', `/v1/segments/${a}`)).rule).toEqual(rank('a'));
    expect((await put(b, { kind: 'any', rules: [refer(a), refer(a)] })).status).toBe(200);
  });

  it('is not deleted while something refers to it', async () => {
    const used = await shop.segment(rank('a'), 'used');
    const user = await shop.segment({ kind: 'all', rules: [{ kind: 'not', rule: refer(used) }] }, 'who uses it');
    const messages = [{ type: 'text', text: 'x' }];
    const body = { name: 'spring mail', channelId: await shop.channel(), segmentId: used, messages };
    const campaign = await shop.must('POST', '/v1/campaigns', body);
    const answer = await shop.call('DELETE', `/v1/segments/${used}`);
    expect(answer.status).toBe(409);
    for (const text of [user, 'who uses it', campaign.id, 'spring mail'])
      expect(JSON.stringify(answer.body)).toContain(text);
    expect((await shop.call('GET', `/v1/segments/${used}`)).status).toBe(200);
    expect((await shop.call('DELETE', `/v1/segments/${user}`)).status).toBe(204);
    expect((await shop.call('DELETE', `/v1/segments/${used}`)).status).toBe(409);
  });

  it('is not deleted while the rule of a campaign refers to it', async () => {
    const used = await shop.segment(rank('a'), 'used');
    const messages = [{ type: 'text', text: 'x' }];
    const rule = { kind: 'not', rule: refer(used) };
    const body = { name: 'spring mail', channelId: await shop.channel(), rule, messages };
    await shop.must('POST', '/v1/campaigns', body);
    const answer = await shop.call('DELETE', `/v1/segments/${used}`);
    expect([answer.status, JSON.stringify(answer.body).includes('spring mail')]).toEqual([409, true]);
  });

  it('can be deleted with what refers only to itself gone', async () => {
    const used = await shop.segment(rank('a'));
    const user = await shop.segment(refer(used));
    await shop.must('PUT', `/v1/segments/${user}`, { name: 's', rule: rank('b') });
    expect((await shop.call('DELETE', `/v1/segments/${used}`)).status).toBe(204);
  });

  it('lists its members in a fixed order, page by page, as of now', async () => {
    const ids = Array.from({ length: 25 }, (_, i) => `m${(i * 7) % 25}`);
    for (const externalId of ids) await shop.put(externalId, { rank: 'gold' });
    await shop.put('other');
    const url = `/v1/segments/${await shop.segment(rank('gold'))}/members`;
    const page = (limit: number, cursor?: string) =>
      shop.must('GET', `${url}?limit=${limit}${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ''}`);
    const whole = await page(1_000);
    expect(whole.nextCursor).toBeNull();
    const order = whole.items.map(({ externalId }: Json) => externalId);
    expect([...order].sort()).toEqual([...ids].sort());
    for (const limit of [1, 7, 24, 25]) {
      const seen: unknown[] = [];
      for (let cursor: string | undefined | null; cursor !== null;) {
        const { items, nextCursor } = await page(limit, cursor);
        expect(items.length).toBeLessThanOrEqual(limit);
        seen.push(...items.map(({ externalId }: Json) => externalId));
        cursor = nextCursor;
      }
      expect(seen).toEqual(order);
    }
    await shop.put(order[3], { tags: ['touched'] });
    expect((await page(1_000)).items.map(({ externalId }: Json) => externalId)).toEqual(order);
    await shop.put(order[0], { rank: 'none' });
    expect((await page(1_000)).items).toHaveLength(24);
  });

  it.each(['limit=1001', 'limit=0', 'limit=-1', 'limit=1.5', 'limit=x', 'limit=', 'cursor=x', 'cursor=e30', 'nope=1'])(
    'refuses a list with %s',
    async (query) => {
      const answer = await shop.call('GET', `/v1/segments/${await shop.segment(rank('a'))}/members?${query}`);
      expect([answer.status, answer.body.code]).toEqual([400, expect.any(String)]);
    },
  );

  it('refuses a cursor somebody changed', async () => {
    for (const id of ['a', 'b', 'c']) await shop.put(id, { rank: 'gold' });
    const url = `/v1/segments/${await shop.segment(rank('gold'))}/members?limit=1`;
    const { nextCursor } = await shop.must('GET', url);
    const decoded = Buffer.from(nextCursor, 'base64url').toString();
    for (const bad of [
      `${nextCursor}x`,
      nextCursor.slice(1),
      Buffer.from(`[${decoded}]`).toString('base64url'),
      'bnVsbA',
      'WyJ4Il0',
      'W10',
    ])
      expect((await shop.call('GET', `${url}&cursor=${encodeURIComponent(bad)}`)).status).toBe(400);
  });

  it('previews how many, how many linked, how many reachable', async () => {
    const channelId = await shop.channel();
    for (const id of ['a', 'b', 'c']) await shop.put(id, { rank: 'gold' });
    await shop.put('d');
    const linkedAt = '2026-04-01T00:00:00Z';
    const user = (memberId: string, i: string, friend: boolean) => ({
      memberId,
      lineUserId: `U${i.repeat(32)}`,
      linkedAt,
      friend,
    });
    await shop.links(
      channelId,
      user('a', '1', true),
      user('a', '4', true),
      user('b', '2', false),
      user('d', '3', true),
    );
    expect(await shop.call('POST', '/v1/segments/preview', { rule: rank('gold') })).toMatchObject({
      status: 200,
      body: { count: 3, linked: 2, reachable: 1, asOf: expect.any(String) },
    });
  });

  it('explains every node with what is the case', async () => {
    await shop.put('hanako', {
      rank: 'gold',
      birthMonth: 5,
      tags: ['t'],
      attributes: { n: 5 },
      registeredAt: '2026-01-01T00:00:00Z',
    });
    await shop.did(
      { type: 'visit' },
      { type: 'purchase', orderId: 'o', total: 70, lines: [{ productId: 'p', quantity: 2, unitPrice: 35 }] },
    );
    const segment = await shop.segment(rank('gold'));
    const nodes: [Json, boolean, unknown][] = [
      [rank('silver'), false, 'gold'],
      [{ kind: 'birth-month', in: [5] }, true, 5],
      [{ kind: 'visit', count: { gte: 2 } }, false, expect.objectContaining({ count: 1 })],
      [{ kind: 'purchase', total: { gte: 70 } }, true, { count: 1, total: 70, quantity: 2 }],
      [{ kind: 'browsed' }, false, expect.objectContaining({ count: 0 })],
      [{ kind: 'link', linked: false }, true, expect.anything()],
      [{ kind: 'friend', state: 'none' }, true, 'none'],
      [{ kind: 'registered', within: { days: 1 } }, false, expect.anything()],
      [{ kind: 'tag', any: ['t', 'u'] }, true, ['t']],
      [{ kind: 'attribute', name: 'n', gte: 6 }, false, 5],
      [refer(segment), true, expect.anything()],
      [{ kind: 'sample', percent: 100 }, true, expect.anything()],
    ];
    const rules = nodes.map(([rule]) => rule);
    const rule = {
      kind: 'any',
      rules: [
        { kind: 'all', rules },
        { kind: 'not', rule: { kind: 'all', rules } },
      ],
    };
    const { status, body } = await shop.call('POST', '/v1/segments/explain', { rule, memberId: 'hanako' });
    const explained = nodes.map(([node, matches, actual]) => ({ ...node, matches, actual }));
    expect({ status, ...body }).toMatchObject({
      status: 200,
      matches: true,
      tree: {
        kind: 'any',
        matches: true,
        rules: [
          { kind: 'all', matches: false, rules: explained },
          { kind: 'not', matches: true, rule: { kind: 'all', matches: false, rules: explained } },
        ],
      },
    });
  });

  it('explains what is missing too', async () => {
    await shop.put('hanako');
    for (const rule of [
      rank('a'),
      { kind: 'birth-month', in: [1] },
      { kind: 'attribute', name: 'x', equals: 1 },
      { kind: 'registered' },
      { kind: 'tag', any: ['x'] },
    ]) {
      const { tree } = await shop.must('POST', '/v1/segments/explain', { rule, memberId: 'hanako' });
      expect(tree).toMatchObject({ ...rule, matches: false });
      expect(tree).toHaveProperty('actual');
    }
  });

  it('answers 404 for a member that is unknown, and refuses segments that are', async () => {
    const explain = await shop.call('POST', '/v1/segments/explain', { rule: rank('a'), memberId: 'nobody' });
    expect(explain.status).toBe(404);
    const foreign = await Shop.open(app);
    for (const id of [nobody, await foreign.segment(rank('a'))]) {
      const answer = await shop.call('POST', '/v1/segments', { name: 's', rule: refer(id) });
      expect([answer.status, paths(answer)]).toEqual([400, ['/rule/id']]);
    }
  });
});
