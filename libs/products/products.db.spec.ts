import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { Module } from '@nestjs/common';
import { MembersHttpModule } from '#members';
import { HandlesFact, type PayloadOf } from '#jobs';
import { createTestApp, drainJobs, type TestApp, type TestWorkspace } from '#testing';
import { restocked } from './products.jobs.js';
import { ProductsHttpModule, ProductsJobsModule } from './products.module.js';
import { Products } from './products.service.js';
import { RestockRequests } from './restock/restock-requests.service.js';

const heard: PayloadOf<typeof restocked>[] = [];

class Listener {
  @HandlesFact(restocked, { name: 'spec.listen', lane: 'journeys' })
  async listen(fact: PayloadOf<typeof restocked>): Promise<void> {
    heard.push(fact);
  }
}

@Module({ providers: [Listener] })
class ListenerModule {}

const tea = { productId: 'tea', name: 'お茶', price: 500 };

describe('products', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ imports: [ProductsHttpModule, ProductsJobsModule, MembersHttpModule, ListenerModule] });
  });

  beforeEach(() => void heard.splice(0));

  afterAll(() => app.close());

  const put = (products: unknown[], of: TestWorkspace = app) =>
    app.request('PUT', '/v1/products/batch', { body: { products }, key: of.key });
  const get = async (id: string, of: TestWorkspace = app) =>
    (await app.request('GET', `/v1/products/${encodeURIComponent(id)}`, { key: of.key })).body;

  it('are created, updated and left alone as the batch says', async () => {
    const of = await app.workspace();
    expect((await put([tea, { ...tea, productId: 'b' }], of)).body).toEqual({
      ...{ created: 2, updated: 0, unchanged: 0, rejected: [] },
    });
    expect((await put([tea, { ...tea, productId: 'b', price: 600 }, { ...tea, productId: 'c' }], of)).body).toEqual({
      ...{ created: 1, updated: 1, unchanged: 1, rejected: [] },
    });
    expect(await get('tea', of)).toEqual({
      ...{ ...tea, category: null, salePrice: null, imageUrl: null, url: null, stock: null },
      ...{ availability: 'in_stock', inStock: true, updatedAt: expect.any(String) },
    });
  });

  it('keep what is absent and lose what is null', async () => {
    const all = {
      category: '飲料',
      salePrice: 400,
      imageUrl: 'https://i.example/1',
      url: 'https://p.example',
      stock: 3,
    };
    await put([{ ...tea, productId: 'kept', ...all }]);
    await put([{ ...tea, productId: 'kept', price: 550 }]);
    expect(await get('kept')).toMatchObject({ price: 550, ...all });
    await put([{ ...tea, productId: 'kept', salePrice: null, url: null }]);
    expect(await get('kept')).toMatchObject({ price: 500, ...all, salePrice: null, url: null });
  });

  it('of one id in one batch are stated one after the other', async () => {
    const answer = await put([
      { ...tea, productId: 'twice', stock: 0 },
      { ...tea, productId: 'twice', name: 'B' },
      { ...tea, productId: 'twice', name: 'B' },
    ]);
    expect(answer.body).toEqual({ created: 1, updated: 1, unchanged: 1, rejected: [] });
    expect(await get('twice')).toMatchObject({ name: 'B', stock: 0, inStock: false });
  });

  it.each<[object, string, string]>([
    [{ price: -1 }, 'request.invalid', '/price'],
    [{ price: 1.5 }, 'money.invalid', '/price'],
    [{ salePrice: 0.5 }, 'money.invalid', '/salePrice'],
    [{ price: undefined }, 'request.invalid', '/price'],
    [{ name: '' }, 'request.invalid', '/name'],
    [{ name: null }, 'request.invalid', '/name'],
    [{ stock: 1.5 }, 'request.invalid', '/stock'],
    [{ stock: -1 }, 'request.invalid', '/stock'],
    [{ availability: null }, 'request.invalid', '/availability'],
    [{ url: 'javascript:alert(1)' }, 'request.invalid', '/url'],
    [{ imageUrl: 'data:image/png;base64,AAAA' }, 'request.invalid', '/imageUrl'],
    [{ colour: 'red' }, 'request.invalid', '/colour'],
    [{ productId: 'a\u0000' }, 'request.invalid', '/productId'],
  ])('with %j are rejected by themselves', async (fields, code, path) => {
    const { body } = await put([
      { ...tea, productId: 'good' },
      { ...tea, ...fields },
      { ...tea, productId: 'good' },
    ]);
    expect([body.created, body.updated, body.unchanged].reduce((sum: number, one: number) => sum + one)).toBe(2);
    expect(body.rejected).toEqual([{ index: 1, code, detail: expect.stringContaining(path) }]);
  });

  it('are refused whole above a thousand', async () => {
    const { status } = await put(Array.from({ length: 1_001 }, () => tea));
    expect(status).toBe(400);
  });

  it('come page by page in the order of their ids', async () => {
    const of = await app.workspace();
    const ids = ['a', 'B', '茶', "d'", '%'];
    await put(
      ids.map((productId) => ({ ...tea, productId })),
      of,
    );
    const seen: string[] = [];
    for (let cursor = ''; ;) {
      const { body } = await app.request('GET', `/v1/products?limit=2${cursor && `&cursor=${cursor}`}`, {
        key: of.key,
      });
      seen.push(...body.items.map(({ productId }: { productId: string }) => productId));
      if (!body.nextCursor) break;
      cursor = body.nextCursor;
    }
    expect(seen).toEqual([...ids].sort());
    expect(await get('茶', of)).toMatchObject({ productId: '茶' });
  });

  it('fix the currency of their workspace', async () => {
    const of = await app.workspace({ currency: 'USD' });
    await put([{ ...tea, price: 19.99 }], of);
    expect(await get('tea', of)).toMatchObject({ price: 19.99 });
    const answer = await app.request('PATCH', '/v1/workspace', { body: { currency: 'JPY' }, key: of.key });
    expect(answer.status).toBe(409);
  });

  it('fill cards with what they cost now; unknown ones are missing', async () => {
    await put([{ ...tea, productId: 'sale', salePrice: 400, stock: 0, imageUrl: 'https://i.example', category: 'c' }]);
    const cards = await app.get(Products).cards(app.scope, ['sale', 'unknown', 'sale']);
    expect(Object.fromEntries(cards)).toEqual({
      sale: {
        ...{ name: 'お茶', price: 400, listPrice: 500, imageUrl: 'https://i.example', url: null, category: 'c' },
        ...{ stock: 0, inStock: false },
      },
    });
  });

  it('that come back are announced, once, by the row', async () => {
    const of = await app.workspace();
    const states: [string, object][] = [
      ['counted', { stock: 0 }],
      ['said', { availability: 'out_of_stock' }],
      ['ahead', { availability: 'preorder' }],
      ['there', { stock: 1 }],
    ];
    await put(
      states.map(([productId, fields]) => ({ ...tea, productId, ...fields })),
      of,
    );
    await drainJobs(app.nest);
    expect(heard).toEqual([]);
    const back = [
      { ...tea, productId: 'counted', stock: 2 },
      { ...tea, productId: 'said', availability: 'in_stock' },
      { ...tea, productId: 'ahead', availability: 'in_stock' },
      { ...tea, productId: 'there', stock: 5 },
      { ...tea, productId: 'new' },
    ];
    await put(back, of);
    await put(back, of);
    await drainJobs(app.nest);
    const ids = heard.map(({ productId }) => productId);
    const named = await app.get(Products).named(of.scope, ids);
    expect(heard.every(({ workspaceId }) => workspaceId === of.scope.workspaceId)).toBe(true);
    expect(ids.map((id) => named.get(id)).sort()).toEqual(['ahead', 'counted', 'said']);
  });

  it('that went and came back within one batch were never away', async () => {
    await put([{ ...tea, productId: 'blink', stock: 1 }]);
    await put([
      { ...tea, productId: 'blink', stock: 0 },
      { ...tea, productId: 'blink', stock: 1 },
    ]);
    await drainJobs(app.nest);
    expect(heard).toEqual([]);
  });

  it('that are new are announced only where somebody waits for them', async () => {
    await app.request('PUT', '/v1/members/early', { body: {} });
    await app.request('POST', '/v1/members/early/restock-requests', { body: { productId: 'awaited' } });
    await put([
      { ...tea, productId: 'awaited' },
      { ...tea, productId: 'unasked' },
    ]);
    await drainJobs(app.nest);
    expect([
      ...(
        await app.get(Products).named(
          app.scope,
          heard.map((fact) => fact.productId),
        )
      ).values(),
    ]).toEqual(['awaited']);
  });

  it('written by two at once are counted and announced as if one had come after the other', async () => {
    await put([{ ...tea, productId: 'raced', stock: 0 }]);
    const answers = await Promise.all(
      Array.from({ length: 4 }, () =>
        put([
          { ...tea, productId: 'raced', stock: 1 },
          { ...tea, productId: 'first' },
        ]),
      ),
    );
    const sum = (field: string) => answers.reduce((total, { body }) => total + Number(body[field]), 0);
    expect([sum('created'), sum('updated'), sum('unchanged')]).toEqual([1, 1, 6]);
    await drainJobs(app.nest);
    expect(heard).toHaveLength(1);
  });
});

describe('restock requests', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ imports: [ProductsHttpModule, MembersHttpModule] });
    for (const id of ['a', 'b', 'c']) await app.request('PUT', `/v1/members/${id}`, { body: {} });
  });

  afterAll(() => app.close());

  const requestsOf = (member: string, rest = '') => `/v1/members/${member}/restock-requests${rest}`;
  const ask = (member: string, productId: string) => app.request('POST', requestsOf(member), { body: { productId } });
  const list = async (member: string) =>
    (await app.request('GET', requestsOf(member))).body.items.map((item: { productId: string }) => item.productId);

  it('are made once, listed and withdrawn', async () => {
    const first = await ask('a', 'x');
    expect(first).toMatchObject({ status: 200, body: { productId: 'x', askedAt: expect.any(String) } });
    app.scope.clock.advance(60_000);
    expect((await ask('a', 'x')).body).toEqual(first.body);
    await ask('a', 'y/%');
    expect(await list('a')).toEqual(['x', 'y/%']);
    expect(await list('b')).toEqual([]);
    const path = requestsOf('a', `/${encodeURIComponent('y/%')}`);
    expect((await app.request('DELETE', path)).status).toBe(204);
    expect(await app.request('DELETE', path)).toMatchObject({
      status: 404,
      body: { code: 'restock-request.not_found' },
    });
    expect(await list('a')).toEqual(['x']);
  });

  it('of members that are not there are refused', async () => {
    for (const [method, path] of [
      ['GET', requestsOf('nobody')],
      ['POST', requestsOf('nobody')],
      ['DELETE', requestsOf('nobody', '/x')],
    ] as const) {
      const answer = await app.request(method, path, { body: method === 'POST' ? { productId: 'x' } : undefined });
      expect(answer).toMatchObject({ status: 404, body: { code: 'member.not_found' } });
    }
  });

  it('wait in the order of asking until they are fulfilled, and then again if they ask again', async () => {
    const requests = app.get(RestockRequests);
    const { scope } = app;
    for (const member of ['c', 'a', 'b']) await ask(member, 'lamp');
    const all = await requests.waiting(scope, 'lamp', { limit: 10 });
    const byTwo = await requests.waiting(scope, 'lamp', { limit: 2 });
    expect(all.slice(0, 2)).toEqual(byTwo);
    expect(await requests.waiting(scope, 'lamp', { limit: 2, after: byTwo[1]!.id })).toEqual(all.slice(2));
    const [c, a, b] = all.map(({ memberId }) => memberId) as [string, string, string];
    expect(await requests.fulfil(scope, 'lamp', [c, a, c])).toBe(2);
    expect(await requests.fulfil(scope, 'lamp', [c, a])).toBe(0);
    await ask('c', 'lamp');
    const left = await requests.waiting(scope, 'lamp', { limit: 10 });
    expect(left.map(({ memberId }) => memberId)).toEqual([b, c]);
    expect(await requests.waiting((await app.workspace()).scope, 'lamp', { limit: 10 })).toEqual([]);
  });

  it('of one member at the same moment are one', async () => {
    const answers = await Promise.all(Array.from({ length: 5 }, () => ask('b', 'race')));
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 200]);
    expect(await app.get(RestockRequests).waiting(app.scope, 'race', { limit: 10 })).toHaveLength(1);
  });
});
