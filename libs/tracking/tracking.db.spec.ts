import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Database, sql } from '#database';
import { Jobs } from '#jobs';
import { visitorRecognised } from '#linking';
import { Members } from '#members';
import { drainJobs, type TestApp } from '#testing';
import { servedScript } from './script/served-script.js';
import { browse, cart, item, newVisitor, ORIGIN, TrackingStage, type TrackedShop } from './testing/tracking-shop.js';
import { Visitors } from './visitors/visitors.service.js';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

describe('tracking', () => {
  let stage: TrackingStage;
  let app: TestApp;
  let shop: TrackedShop;

  beforeAll(async () => {
    stage = await TrackingStage.open();
    ({ app, shop } = stage);
  });

  afterAll(() => app.close());

  const newShop = () => stage.newShop();
  const ask: TrackingStage['ask'] = (...asked) => stage.ask(...asked);
  const post: TrackingStage['post'] = (...asked) => stage.post(...asked);
  const tie: TrackingStage['tie'] = (...asked) => stage.tie(...asked);
  const eventsOf = (memberId: string, of = shop) =>
    app.get(Database).query<{ type: string; body: Record<string, unknown>; at: Date }>(
      of.scope,
      sql`select e.type, e.body, e.occurred_at as at from events e join members m on m.id = e.member_id
           where m.external_id = ${memberId} order by e.seq`,
    );
  const kept = async (of = shop) =>
    (await app.get(Database).query<{ body: object }>(of.scope, sql`select body from visitor_events order by seq`)).map(
      ({ body }) => body,
    );
  const visitors = async (of = shop) => (await app.get(Database).query(of.scope, sql`select 1 from visitors`)).length;

  describe('settings', () => {
    it('are off before anybody sets them, then have a key that stays until it is replaced', async () => {
      const of = await app.workspace();
      const ask_ = async (method: string, path = '', body?: object) =>
        app.request(method, `/v1/tracking${path}`, { key: of.key, body });
      expect((await ask_('GET')).body).toEqual({ enabled: false, origins: [], key: null });
      expect((await ask_('POST', '/key')).status).toBe(404);
      const first = (await ask_('PUT', '', { enabled: true, origins: [ORIGIN] })).body;
      expect(first).toEqual({ enabled: true, origins: [ORIGIN], key: expect.stringMatching(/^[\w-]{22}$/) });
      expect((await ask_('PUT', '', { enabled: false, origins: [] })).body).toEqual({
        ...{ enabled: false, origins: [], key: first.key },
      });
      const replaced = (await ask_('POST', '/key')).body;
      expect(replaced.key).not.toBe(first.key);
      expect((await ask_('GET')).body).toEqual(replaced);
    });

    it.each(['https://shop.example/', 'shop.example', '*', 'https://*.shop.example', 'https://Shop.example', 'null'])(
      'do not take %s for an origin',
      async (origin) => {
        const body = { enabled: true, origins: [origin] };
        const answer = await app.request('PUT', '/v1/tracking', { body });
        expect(answer).toMatchObject({ status: 400, body: { errors: [{ path: '/origins/0' }] } });
      },
    );
  });

  describe('the script', () => {
    it('is served for a key, for a day, and not again to who has it', async () => {
      const first = await app.nest.inject({ method: 'GET', url: `/t/${shop.trackingKey}.js` });
      expect([first.statusCode, first.body]).toEqual([200, servedScript.text]);
      expect(first.headers).toMatchObject({
        'content-type': 'text/javascript; charset=utf-8',
        'cache-control': 'public, max-age=86400',
        'cross-origin-resource-policy': 'cross-origin',
      });
      const headers = { 'if-none-match': String(first.headers.etag) };
      const again = await app.nest.inject({ method: 'GET', url: `/t/${shop.trackingKey}.js`, headers });
      expect([again.statusCode, again.body]).toEqual([304, '']);
    });

    it.each(['nobodys.js', 'nobodys', '.js', '%00.js'])('is not there at %s', async (file) => {
      const answer = await app.nest.inject({ method: 'GET', url: `/t/${file}` });
      expect([404, 400]).toContain(answer.statusCode);
      expect(answer.json()).toMatchObject({ code: expect.any(String) });
    });
  });

  describe('a visitor', () => {
    it('is kept unknown until the company’s server says who it is; then all is the member’s', async () => {
      const of = await newShop();
      const visitor = newVisitor();
      expect(await post(visitor, [browse({ productId: 'tea' })], { of })).toMatchObject({ status: 204 });
      app.scope.clock.advance(60_000);
      await post(visitor, [cart(), browse()], { of });
      expect(await kept(of)).toEqual([browse({ productId: 'tea' }), cart(), browse()]);
      expect(await eventsOf('hanako', of)).toEqual([]);
      expect(await tie(visitor, 'hanako', of)).toMatchObject({ status: 200, body: { events: 3 } });
      const now = app.scope.clock.now().getTime();
      const events = await eventsOf('hanako', of);
      expect(events.map(({ type, at }) => [type, now - at.getTime()])).toEqual([
        ['browse', 60_000],
        ['cart', 0],
        ['browse', 0],
      ]);
      expect(events[1]!.body).toMatchObject({ cartId: 'c1', items: [item] });
      expect(await kept(of)).toEqual([]);
      await post(visitor, [browse()], { of });
      expect(await eventsOf('hanako', of)).toHaveLength(4);
      expect(await tie(visitor, 'hanako', of)).toMatchObject({ body: { events: 0 } });
    });

    it('is whom linking has recognised, by a sign-in through us', async () => {
      const of = await newShop();
      const visitor = newVisitor();
      await post(visitor, [browse()], { of });
      const { workspaceId } = of.scope;
      const memberId = (await app.get(Members).find(of.scope, ['taro'])).get('taro')!;
      await app.get(Jobs).announce(of.scope, visitorRecognised, { workspaceId, memberId, visitorId: visitor });
      await drainJobs(app.nest);
      expect(await eventsOf('taro', of)).toHaveLength(1);
      expect(await kept(of)).toEqual([]);
    });

    it('is another member’s once another one signs in, with what comes after that', async () => {
      const of = await newShop();
      const visitor = newVisitor();
      await tie(visitor, 'hanako', of);
      await post(visitor, [browse()], { of });
      await tie(visitor, 'taro', of);
      await post(visitor, [browse()], { of });
      expect([await eventsOf('hanako', of), await eventsOf('taro', of)].map((list) => list.length)).toEqual([1, 1]);
    });

    it('leaves behind only the last cart, and only while it is fresh', async () => {
      const of = await newShop();
      const [early, late] = [newVisitor(), newVisitor()];
      await post(early, [cart({ cartId: 'a' })], { of });
      app.scope.clock.advance(HOUR);
      for (const visitor of [early, late])
        await post(visitor, [cart({ cartId: 'b' }), browse(), cart({ cartId: 'c' })], { of });
      await tie(early, 'hanako', of);
      app.scope.clock.advance(25 * HOUR);
      await tie(late, 'taro', of);
      const cartsOf = async (member: string) =>
        (await eventsOf(member, of)).map(({ type, body }) => (type === 'cart' ? body.cartId : type));
      expect([await cartsOf('hanako'), await cartsOf('taro')]).toEqual([['browse', 'c'], ['browse']]);
    });

    it('has one cart a day where the shop does not tell them apart', async () => {
      const of = await newShop();
      const visitor = newVisitor();
      const { cartId: _none, ...unnamed } = cart();
      await post(visitor, [unnamed, unnamed], { of });
      app.scope.clock.advance(DAY);
      await post(visitor, [unnamed], { of });
      const [a, b, c] = (await kept(of)).map((body) => (body as { cartId: string }).cartId);
      expect([a === b, a === c]).toEqual([true, false]);
      expect(a).not.toContain(visitor);
    });

    it('is kept for its last 200 events', async () => {
      const of = await newShop();
      const visitor = newVisitor();
      for (let at = 0; at < 205; at += 1) {
        app.scope.clock.advance(1_000);
        await post(visitor, [browse({ productId: String(at) })], { of });
      }
      const ids = (await kept(of)).map((body) => (body as { productId: string }).productId);
      expect([ids.length, ids[0], ids.at(-1)]).toEqual([200, '5', '204']);
      expect(await tie(visitor, 'hanako', of)).toMatchObject({ body: { events: 200 } });
    });

    it('tied while it is posting loses nothing and doubles nothing', async () => {
      const of = await newShop();
      const visitor = newVisitor();
      const posts = Array.from({ length: 8 }, (_, at) => post(visitor, [browse({ productId: `p${at}` })], { of }));
      const answers = await Promise.all([...posts.slice(0, 4), tie(visitor, 'hanako', of), ...posts.slice(4)]);
      expect(answers.map(({ status }) => status).filter((status) => status >= 300)).toEqual([]);
      const ids = (await eventsOf('hanako', of)).map(({ body }) => body.productId).sort();
      expect([ids, await kept(of)]).toEqual([Array.from({ length: 8 }, (_, at) => `p${at}`), []]);
    });

    it('who withdraws consent is forgotten with all that is kept', async () => {
      const of = await newShop();
      const [leaving, staying] = [newVisitor(), newVisitor()];
      await post(leaving, [browse()], { of });
      await post(staying, [browse()], { of });
      expect(await ask('DELETE', '/visitor', { visitor: leaving }, { of })).toMatchObject({ status: 204 });
      expect([await visitors(of), (await kept(of)).length]).toEqual([1, 1]);
      expect(await ask('DELETE', '/visitor', { visitor: leaving }, { of })).toMatchObject({ status: 204 });
    });

    it.each<Record<string, string>>([{ 'sec-gpc': '1' }, { dnt: '1' }])(
      'with %j is answered and not noted',
      async (headers) => {
        const of = await newShop();
        expect(await post(newVisitor(), [browse()], { of, headers })).toMatchObject({ status: 204 });
        expect([await visitors(of), await kept(of)]).toEqual([0, []]);
      },
    );

    it('is stored by its hash only', async () => {
      const of = await newShop();
      const visitor = newVisitor();
      await post(visitor, [cart()], { of });
      const rows = await app
        .get(Database)
        .query(of.scope, sql`select v::text, e::text from visitors v, visitor_events e`);
      const text = JSON.stringify(rows);
      expect(text).not.toContain(visitor);
      expect(text).not.toContain(Buffer.from(visitor).toString('hex'));
    });

    it('of one workspace is nobody in another', async () => {
      const [one, other] = [await newShop(), await newShop()];
      const visitor = newVisitor();
      await post(visitor, [browse()], { of: one });
      expect(await tie(visitor, 'hanako', other)).toMatchObject({ body: { events: 0 } });
      expect(await kept(one)).toHaveLength(1);
    });

    it('cannot be tied to who is not there, nor by a name that no script makes', async () => {
      expect(await tie(newVisitor(), 'nobody')).toMatchObject({ status: 404, body: { code: 'member.not_found' } });
      for (const name of ['short', 'x'.repeat(23), `${'x'.repeat(21)}%20`])
        expect(await tie(name, 'hanako')).toMatchObject({ status: 404, body: { code: 'visitor.not_found' } });
    });

    it('can be tied by a sign-in through us, with the transaction it is part of', async () => {
      const of = await newShop();
      const visitor = newVisitor();
      await post(visitor, [browse()], { of });
      const memberId = (await app.get(Members).find(of.scope, ['hanako'])).get('hanako')!;
      const db = app.get(Database);
      const undone = db.transaction(of.scope, async () => {
        await app.get(Visitors).tie(of.scope, visitor, memberId);
        throw new Error('rolled back');
      });
      await expect(undone).rejects.toThrow('rolled back');
      expect([(await kept(of)).length, await eventsOf('hanako', of)]).toEqual([1, []]);
      expect(await app.get(Visitors).tie(of.scope, visitor, memberId)).toBe(1);
    });

    it('is forgotten in time: events after 30 days, the unknown with them, members after 400', async () => {
      const of = await newShop();
      const [unknown, known, active] = [newVisitor(), newVisitor(), newVisitor()];
      for (const visitor of [unknown, known, active]) await post(visitor, [browse()], { of });
      await tie(known, 'hanako', of);
      await drainJobs(app.nest, { schedules: true });
      app.scope.clock.advance(20 * DAY);
      await post(active, [browse({ productId: 'new' })], { of });
      app.scope.clock.advance(11 * DAY);
      await drainJobs(app.nest, { schedules: true });
      expect([await visitors(of), await kept(of)]).toEqual([2, [browse({ productId: 'new' })]]);
      app.scope.clock.advance(400 * DAY);
      await drainJobs(app.nest, { schedules: true });
      expect(await visitors(of)).toBe(0);
    });
  });
});
