import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, sql } from '#database';
import type { TestApp } from '#testing';
import { browse, cart, item, newVisitor, ORIGIN, TrackingStage, type Asked } from '../testing/tracking-shop.js';

describe('what pages tell', () => {
  let stage: TrackingStage;
  let app: TestApp;

  beforeAll(async () => {
    stage = await TrackingStage.open();
    ({ app } = stage);
  });

  afterAll(() => app.close());

  const newShop = () => stage.newShop();
  const ask: TrackingStage['ask'] = (...asked) => stage.ask(...asked);
  const post: TrackingStage['post'] = (...asked) => stage.post(...asked);
  const tie: TrackingStage['tie'] = (...asked) => stage.tie(...asked);
  const visitors = async () => (await app.get(Database).query(stage.shop.scope, sql`select 1 from visitors`)).length;

  describe('the door', () => {
    it.each<[string, Asked, number]>([
      ['another site', { headers: { origin: 'https://evil.example' } }, 403],
      ['a site that begins alike', { headers: { origin: `${ORIGIN}.evil.example` } }, 403],
      ['another port', { headers: { origin: `${ORIGIN}:444` } }, 403],
      ['another protocol', { headers: { origin: 'http://shop.example' } }, 403],
      ['a sandbox', { headers: { origin: 'null' } }, 403],
      ['an unknown key', { key: 'unknown' }, 404],
    ])('stays shut for %s', async (_name, asked, status) => {
      for (const answer of [
        await post(newVisitor(), [browse()], asked),
        await ask('DELETE', '/visitor', { visitor: newVisitor() }, asked),
        await ask('OPTIONS', '', undefined, asked),
      ]) {
        expect(answer).toMatchObject({ status, body: { code: expect.any(String) } });
        expect(answer.headers['access-control-allow-origin']).toBeUndefined();
      }
    });

    it('stays shut for who does not say where they come from', async () => {
      const payload = JSON.stringify({ visitor: newVisitor(), consent: true, events: [browse()] });
      const headers = { 'content-type': 'text/plain' };
      const answer = await app.nest.inject({ method: 'POST', url: `/t/${stage.shop.trackingKey}`, headers, payload });
      expect(answer.statusCode).toBe(403);
    });

    it('lets the pages of the workspace in, by name', async () => {
      const answer = await ask('OPTIONS', '/visitor', undefined, {
        headers: { 'access-control-request-method': 'DELETE' },
      });
      expect(answer).toMatchObject({
        status: 204,
        headers: {
          'access-control-allow-origin': ORIGIN,
          'access-control-allow-methods': 'POST, DELETE',
          vary: expect.stringContaining('Origin'),
        },
      });
      expect((await post(newVisitor(), [browse()])).headers['access-control-allow-origin']).toBe(ORIGIN);
    });

    it('is shut as soon as it is switched off or has another key', async () => {
      const of = await newShop();
      const set = (body: object) => app.request('PUT', '/v1/tracking', { body, key: of.key });
      await set({ enabled: false, origins: [ORIGIN] });
      expect((await post(newVisitor(), [browse()], { of })).status).toBe(404);
      await set({ enabled: true, origins: [ORIGIN] });
      expect((await post(newVisitor(), [browse()], { of })).status).toBe(204);
      await app.request('POST', '/v1/tracking/key', { key: of.key });
      expect((await post(newVisitor(), [browse()], { of })).status).toBe(404);
    });

    it('is passed 60 times a minute by a visitor', async () => {
      const visitor = newVisitor();
      const all = await Promise.all(Array.from({ length: 62 }, () => post(visitor, [browse()], { ip: '10.0.0.1' })));
      const refused = all.filter(({ status }) => status === 429);
      expect([all.filter(({ status }) => status === 204).length, refused.length]).toEqual([60, 2]);
      expect(refused[0]).toMatchObject({
        body: { code: 'tracking.too_many_requests' },
        headers: { 'retry-after': expect.anything(), 'access-control-allow-origin': ORIGIN },
      });
      expect((await post(newVisitor(), [browse()], { ip: '10.0.0.1' })).status).toBe(204);
    });

    it('is passed 600 times a minute from an address, whoever they say they are', async () => {
      const none = () => ask('OPTIONS', '', undefined, { ip: '10.0.0.2' });
      const statuses: number[] = [];
      for (let at = 0; at < 605; at += 1) statuses.push((await none()).status);
      expect(statuses.filter((status) => status === 429)).toHaveLength(5);
    });
  });

  describe('a beacon', () => {
    const beacon = (fields: object = {}) => ({ visitor: newVisitor(), consent: true, events: [browse()], ...fields });

    it.each<[string, unknown, string]>([
      ['without consent', beacon({ consent: undefined }), '/consent'],
      ['that is refused consent', beacon({ consent: false }), '/consent'],
      ['of nobody', beacon({ visitor: undefined }), '/visitor'],
      ['of a strange visitor', beacon({ visitor: "'; drop table visitors" }), '/visitor'],
      ['of nothing', beacon({ events: [] }), '/events'],
      ['of too much', beacon({ events: Array.from({ length: 11 }, () => browse()) }), '/events'],
      ['with more than that', beacon({ memberId: 'hanako' }), '/memberId'],
      ['of a purchase', beacon({ events: [browse(), { type: 'purchase', orderId: 'o', total: 1 }] }), '/events/1/type'],
      ['that names a member', beacon({ events: [browse({ memberId: 'hanako' })] }), '/events/0/memberId'],
      ['that takes an id', beacon({ events: [browse({ id: 'order-1' })] }), '/events/0/id'],
      [
        'from another time',
        beacon({ events: [browse({ occurredAt: '2020-01-01T00:00:00Z' })] }),
        '/events/0/occurredAt',
      ],
      ['without an address', beacon({ events: [{ type: 'browse' }] }), '/events/0/url'],
      ['of another site', beacon({ events: [browse({ url: 'https://evil.example/' })] }), '/events/0/url'],
      ['of a script', beacon({ events: [browse({ url: 'javascript:alert(1)' })] }), '/events/0/url'],
      ['of no object', beacon({ events: ['browse'] }), '/events/0'],
      [
        'with a foreign item',
        beacon({ events: [cart({ items: [{ ...item, url: 'https://evil.example' }] })] }),
        '/events/0/items/0/url',
      ],
      [
        'with a strange picture',
        beacon({ events: [cart({ items: [{ ...item, imageUrl: 'data:x' }] })] }),
        '/events/0/items/0/imageUrl',
      ],
      ['with half an item', beacon({ events: [cart({ items: [{ productId: 'x' }] })] }), '/events/0/items/0/quantity'],
      ['of a list', [], ''],
      ['of prototype keys', '{"__proto__":{"consent":true},"constructor":1}', ''],
    ])('%s is refused', async (_name, body, path) => {
      const before = await visitors();
      const answer = await ask('POST', '', body);
      expect(answer).toMatchObject({ status: 400, body: { code: 'request.invalid' } });
      const paths = (answer.body.errors as { path: string }[]).map((error) => error.path);
      expect(path === '' || paths.includes(path) ? [] : paths).toEqual([]);
      expect(await visitors()).toBe(before);
    });

    it.each<[string, string, Record<string, string>, number]>([
      ['no JSON', '{"visitor":', {}, 400],
      ['nothing', '', {}, 400],
      ['too large', JSON.stringify(beacon({ pad: 'x'.repeat(8_200) })), {}, 413],
      ['JSON by name', JSON.stringify(beacon()), { 'content-type': 'application/json' }, 415],
      ['a form', 'a=b', { 'content-type': 'application/x-www-form-urlencoded' }, 415],
    ])('that is %s is refused', async (_name, body, headers, status) => {
      const answer = await ask('POST', '', body, { headers });
      expect(answer).toMatchObject({ status, body: { status, code: expect.any(String) } });
    });

    it('of amounts that the currency does not have is refused once somebody is known to have posted it', async () => {
      const visitor = newVisitor();
      await tie(visitor, 'hanako');
      const answer = await post(visitor, [cart({ items: [{ ...item, unitPrice: 0.5 }] })]);
      expect(answer).toMatchObject({ status: 400, body: { code: 'tracking.not_stored' } });
    });

    it('is not read elsewhere', async () => {
      const answer = await app.request('POST', '/v1/events', { body: '{}', headers: { 'content-type': 'text/plain' } });
      expect(answer).toMatchObject({ status: 415, body: { code: 'http.unsupported_media_type' } });
    });
  });
});
