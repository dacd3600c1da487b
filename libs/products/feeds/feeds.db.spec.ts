import { Readable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, sql } from '#database';
import { createTestApp, drainJobs, type TestApp, type TestWorkspace } from '#testing';
import { ProductsHttpModule, ProductsJobsModule } from '../products.module.js';
import { FeedsRepository } from './feeds.repository.js';
import { FeedReceiving } from './receiving.service.js';

const HEAD = 'id\ttitle\tprice\tquantity\n';
const row = (id: string, fields: { price?: string; quantity?: string } = {}) =>
  `${id}\tProduct ${id}\t${fields.price ?? '100 JPY'}\t${fields.quantity ?? '1'}\n`;
const manyRows = (count: number) => HEAD + Array.from({ length: count }, (_, at) => row(`p${at}`)).join('');

describe('a product feed', () => {
  let app: TestApp;

  beforeAll(async () => {
    app = await createTestApp({ imports: [ProductsHttpModule, ProductsJobsModule] });
  });

  afterAll(() => app.close());

  interface Sent {
    of?: TestWorkspace;
    query?: string;
    type?: string;
    headers?: Record<string, string>;
  }

  async function send(body: string | Buffer, { of = app, query = '', type = 'tab-separated-values' }: Sent = {}) {
    const answer = await app.nest.inject({
      method: 'POST',
      url: `/v1/product-feeds${query}`,
      headers: { authorization: `Bearer ${of.key}`, 'content-type': type.includes('/') ? type : `text/${type}` },
      payload: body,
    });
    return { status: answer.statusCode, body: answer.json() };
  }

  async function goOn(id: string, body: string, query: string, of: TestWorkspace) {
    const answer = await app.nest.inject({
      method: 'PATCH',
      url: `/v1/product-feeds/${id}?${query}`,
      headers: { authorization: `Bearer ${of.key}`, 'content-type': 'text/csv' },
      payload: body,
    });
    return { status: answer.statusCode, body: answer.json() };
  }

  const feed = async (id: string, of: TestWorkspace = app) =>
    (await app.request('GET', `/v1/product-feeds/${id}`, { key: of.key })).body;
  const products = async (of: TestWorkspace) =>
    (await app.request('GET', '/v1/products?limit=1000', { key: of.key })).body.items;
  const partsLeft = (of: TestWorkspace) => app.get(Database).query(of.scope, sql`select 1 from product_feed_parts`);

  it('is stored, then imported, with what was refused by line', async () => {
    const of = await app.workspace();
    const text = HEAD + row('a') + row('b', { price: 'free' }) + row('c', { price: '5 USD' }) + 'd\tonly\n' + row('e');
    const { status, body } = await send(text, { of });
    expect(status).toBe(202);
    expect(body).toMatchObject({ state: 'waiting', format: 'tsv', bytes: Buffer.byteLength(text), rows: 0 });
    await drainJobs(app.nest);
    expect(await feed(body.id, of)).toMatchObject({
      ...{ state: 'imported', rows: 5, created: 2, updated: 0, unchanged: 0, refusedRows: 3, error: null },
      importedBytes: Buffer.byteLength(text),
      refused: [
        { line: 3, code: 'request.invalid', detail: 'price is not an amount such as 1200 JPY' },
        { line: 4, code: 'request.invalid', detail: 'price is in USD, not in JPY' },
        { line: 5, code: 'products.wrong_number_of_fields', detail: expect.stringContaining('2 fields') },
      ],
    });
    expect(await products(of)).toMatchObject([
      { productId: 'a', price: 100, stock: 1 },
      { productId: 'e', name: 'Product e' },
    ]);
    expect(await partsLeft(of)).toEqual([]);
  });

  it('changes nothing when it is sent again', async () => {
    const of = await app.workspace();
    for (const _ of [1, 2]) await send(manyRows(3), { of });
    await drainJobs(app.nest);
    const { body } = await app.request('GET', '/v1/product-feeds', { key: of.key });
    expect(body.items).toMatchObject([
      { created: 0, unchanged: 3 },
      { created: 3, unchanged: 0 },
    ]);
  });

  it.each([
    ['csv', 'id,title,price\n1,"a, b",5\n'],
    [
      'application/xml; charset=UTF-8',
      `<rss version="2.0" xmlns:g="http://base.google.com/ns/1.0"><channel><item><g:id>1</g:id>
       <title>a, b</title><g:price>5 JPY</g:price></item></channel></rss>`,
    ],
  ])('may be %s', async (type, text) => {
    const of = await app.workspace();
    await send(text, { of, type });
    await drainJobs(app.nest);
    expect(await products(of)).toMatchObject([{ productId: '1', name: 'a, b', price: 5 }]);
  });

  it('that breaks keeps what stands before, and says where', async () => {
    const of = await app.workspace();
    const { body } = await send(`${HEAD}${row('a')}"b\tnever closed`, { of });
    await drainJobs(app.nest);
    expect(await feed(body.id, of)).toMatchObject({
      ...{ state: 'failed', rows: 1, created: 1, finishedAt: expect.any(String) },
      error: { line: 3, code: 'products.feed_not_readable', detail: expect.stringContaining('never closed') },
    });
    expect(await products(of)).toHaveLength(1);
    expect(await partsLeft(of)).toEqual([]);
  });

  it('with replace puts out of stock what it does not name', async () => {
    const of = await app.workspace();
    await send(HEAD + row('kept') + row('gone') + row('broken') + row('later'), { of });
    await drainJobs(app.nest);
    app.scope.clock.advance(60_000);
    const { body } = await send(HEAD + row('kept') + row('broken', { price: '?' }), { of, query: '?replace=true' });
    app.scope.clock.advance(60_000);
    // Stated since the feed came, which knows better.
    const later = { productId: 'later', name: 'Later', price: 1, stock: 4 };
    await app.request('PUT', '/v1/products/batch', { body: { products: [later] }, key: of.key });
    await drainJobs(app.nest);
    expect(await feed(body.id, of)).toMatchObject({ state: 'imported', replace: true, outOfStock: 1, unchanged: 1 });
    const stock = (await products(of)).map((one: Record<string, unknown>) => [one.productId, one.inStock, one.stock]);
    expect(stock).toEqual([
      ['broken', true, 1],
      ['gone', false, 0],
      ['kept', true, 1],
      ['later', true, 4],
    ]);
  });

  it('with replace and nothing right in it empties no shop', async () => {
    const of = await app.workspace();
    await send(HEAD + row('a'), { of });
    const { body } = await send(HEAD + row('a', { price: '?' }), { of, query: '?replace=true' });
    await drainJobs(app.nest);
    expect(await feed(body.id, of)).toMatchObject({
      state: 'failed',
      error: { code: 'products.feed_without_products' },
    });
    expect(await products(of)).toMatchObject([{ inStock: true }]);
  });

  it('may come in parts, each where the last one ended', async () => {
    const of = await app.workspace();
    const text = manyRows(10);
    const { body } = await send(text.slice(0, 40), { of, query: '?more=true' });
    expect(body).toMatchObject({ state: 'receiving', bytes: 40 });
    await drainJobs(app.nest);
    expect(await products(of)).toEqual([]);
    expect(await goOn(body.id, text.slice(41), 'offset=41', of)).toMatchObject({
      ...{ status: 409, body: { code: 'products.feed_offset', details: { bytes: 40 } } },
    });
    expect((await goOn(body.id, text.slice(40, 50), 'offset=40&more=true', of)).status).toBe(202);
    expect(await goOn(body.id, text.slice(50), 'offset=50', of)).toMatchObject({ body: { state: 'waiting' } });
    expect(await goOn(body.id, '', `offset=${text.length}`, of)).toMatchObject({
      ...{ status: 409, body: { code: 'products.feed_complete' } },
    });
    await drainJobs(app.nest);
    expect(await products(of)).toHaveLength(10);
  });

  it('whose connection breaks can be sent on', async () => {
    const of = await app.workspace();
    const text = manyRows(60_000);
    const receiving = app.get(FeedReceiving);
    const broken = Readable.from(
      (async function* () {
        yield Buffer.from(text.slice(0, 1_500_000));
        throw new Error('connection lost');
      })(),
    );
    const sending = receiving.begin(
      of.scope,
      { format: 'tsv', replace: false },
      { more: false, bytes: broken, length: 0 },
    );
    await expect(sending).rejects.toThrow('connection lost');
    const [left] = (await app.request('GET', '/v1/product-feeds', { key: of.key })).body.items;
    expect(left).toMatchObject({ state: 'receiving', bytes: 1_500_000 });
    const rest = {
      offset: left.bytes,
      more: false,
      bytes: Readable.from([Buffer.from(text.slice(left.bytes))]),
      length: 0,
    };
    expect(await receiving.goOn(of.scope, left.id, rest)).toMatchObject({ state: 'waiting', bytes: text.length });
    const ran = await drainJobs(app.nest);
    expect(await feed(left.id, of)).toMatchObject({ state: 'imported', rows: 60_000, created: 60_000 });
    // It let others of its lane have their turn.
    expect(ran.length).toBeGreaterThan(1);
  }, 120_000);

  it.each<[string, string, Sent, { status: number; code: string }]>([
    ['nothing', '', {}, { status: 400, code: 'products.empty_feed' }],
    ['JSON', '{}', { type: 'application/json' }, { status: 415, code: 'products.no_feed' }],
    ['another encoding', 'x', { type: 'text/csv; charset=Shift_JIS' }, { status: 415, code: 'products.no_feed' }],
    ['a strange query', 'x', { query: '?replace=perhaps' }, { status: 400, code: 'request.invalid' }],
  ])('that is %s is refused', async (_name, body, sent, { status, code }) => {
    const of = await app.workspace();
    expect(await send(body, { ...sent, of })).toMatchObject({ status, body: { code } });
    expect((await app.request('GET', '/v1/product-feeds', { key: of.key })).body.items).toEqual([]);
  });

  it('is not read where it does not belong', async () => {
    const headers = { 'content-type': 'text/csv' };
    const answer = await app.request('PUT', '/v1/products/batch', { body: 'a,b', headers });
    expect(answer).toMatchObject({ status: 415, body: { code: 'http.unsupported_media_type' } });
  });

  it('that is declared or proves to be too large is refused and forgotten', async () => {
    const of = await app.workspace();
    const receiving = app.get(FeedReceiving);
    const most = 500 * 1024 * 1024;
    const nothing = Readable.from([]);
    const declared = { more: false, bytes: nothing, length: most + 1 };
    const tooLarge = { code: 'products.feed_too_large', status: 413 };
    await expect(receiving.begin(of.scope, { format: 'csv', replace: false }, declared)).rejects.toMatchObject(
      tooLarge,
    );
    const { body } = await send('id', { of, query: '?more=true' });
    await app.get(Database).execute(of.scope, sql`update product_feeds set bytes = ${most - 1}`);
    expect(await goOn(body.id, 'xx', `offset=${most - 1}`, of)).toMatchObject({ status: 413, body: tooLarge });
    await app.get(FeedsRepository).append(of.scope, body.id, most - 1, Buffer.from('x'));
    const part = { offset: most, more: false, bytes: Readable.from([Buffer.from('x')]), length: 0 };
    await expect(receiving.goOn(of.scope, body.id, part)).rejects.toMatchObject(tooLarge);
    expect(await feed(body.id, of)).toMatchObject({ status: 404 });
  });

  it('is one of five that may be under way', async () => {
    const of = await app.workspace();
    for (let at = 0; at < 5; at += 1) expect((await send('x', { of, query: '?more=true' })).status).toBe(202);
    expect(await send('x', { of })).toMatchObject({ status: 409, body: { code: 'products.too_many_feeds' } });
  });

  it('that nobody goes on sending, or that was done with long ago, is forgotten', async () => {
    const of = await app.workspace();
    const begun = await send('x', { of, query: '?more=true' });
    const done = await send(manyRows(1), { of });
    await drainJobs(app.nest, { schedules: true });
    const states = async () => [(await feed(begun.body.id, of)).status, (await feed(done.body.id, of)).status];
    app.scope.clock.advance(23 * 3_600_000);
    await drainJobs(app.nest, { schedules: true });
    expect(await states()).toEqual([undefined, undefined]);
    app.scope.clock.advance(2 * 3_600_000);
    await drainJobs(app.nest, { schedules: true });
    expect(await states()).toEqual([404, undefined]);
    app.scope.clock.advance(90 * 24 * 3_600_000);
    await drainJobs(app.nest, { schedules: true });
    expect(await states()).toEqual([404, 404]);
  });
});
