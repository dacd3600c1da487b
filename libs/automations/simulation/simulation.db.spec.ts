import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import {
  CART,
  cart,
  DAY,
  HOUR,
  journeysModules,
  JourneysStage,
  purchase,
  send,
  wait,
} from '../testing/journeys-stage.js';
import type { SimulationDto } from './simulation.dto.js';
import { SimulationHttpModule } from './simulation.module.js';

type Plain = Record<string, unknown>;

describe('The time machine', () => {
  let app: TestApp;
  let shop: JourneysStage;

  beforeAll(async () => {
    app = await createTestApp({
      imports: [...journeysModules, SimulationHttpModule],
      config: { lineApiBaseUrl: 'http://127.0.0.1:9', lineTimeoutMs: 200 },
    });
  }, 60_000);
  beforeEach(async () => {
    shop = await JourneysStage.open(app, () => drainJobs(app.nest, { failures: 'allow' }));
  });
  afterAll(() => app.close());

  const draft = (definition: Plain) => ({ channelId: shop.channelId, ...definition });
  const simulate = (definition: Plain, more: Plain = {}) =>
    shop.done<SimulationDto>('POST', '/v1/journeys/simulate', { definition: draft(definition), ...more });
  const refusals = async (body: unknown) => {
    const answer = await shop.request('POST', '/v1/journeys/simulate', body);
    expect(answer.status).toBe(400);
    return (answer.body as { errors: { path: string; detail: string }[] }).errors;
  };
  const at = (milliseconds: number) => new Date(shop.now + milliseconds).toISOString();
  const link = (memberId: string, more: Plain = {}) =>
    shop.done('POST', '/v1/links/batch', {
      channelId: shop.channelId,
      links: [{ memberId, lineUserId: `U${Buffer.from(memberId).toString('hex').padEnd(32, '0')}`, ...more }],
    });

  it('says who would have got what and when, who not and why, and what it costs', async () => {
    await shop.post(cart('friend'), cart('stranger'), cart('none'), cart('buyer'), cart('late'));
    await link('friend', { friend: true });
    await link('buyer', { friend: true });
    await link('none');
    await link('late', { friend: true, linkedAt: at(2 * HOUR) });
    await shop.post({ ...purchase('buyer'), occurredAt: at(5_000) });
    const { forecast, totals, cost, digest } = await simulate(CART);
    expect(forecast).toEqual([{ memberId: 'friend', step: 'send', at: at(HOUR + 1) }]);
    expect(totals).toEqual({
      ...{ members: 5, started: 5, restarted: 0, filteredOut: 0, ignored: 0 },
      ...{ cancelled: 1, done: 4, stopped: 0, timedOut: 0, failed: 0, waiting: 0 },
      steps: { wait: { waiting: 5, woke: 4 }, send: { done: 4, sent: 4 } },
      sends: { send: { would: 1, skipped: { not_friend: 1, not_linked: 2 } } },
    });
    expect(cost).toMatchObject({ messages: 1 });
    expect(digest).toMatch(/^[0-9a-f]{64}$/);
  });

  it('answers the same bytes to the same question, and others once something comes out differently', async () => {
    await shop.post(...Array.from({ length: 30 }, (_, n) => cart(`m${n}`, `c${n}`)));
    const first = await simulate(CART);
    expect(JSON.stringify(await simulate(CART))).toBe(JSON.stringify(first));
    expect((await simulate(CART, { limit: 1 })).digest).toBe(first.digest);
    await shop.post({ ...purchase('m3'), occurredAt: at(5_000) });
    expect((await simulate(CART)).digest).not.toBe(first.digest);
  });

  it('lists the first in order of time, member and step', async () => {
    const people = ['c', 'a', 'b'];
    await shop.post(...people.map((id) => cart(id)), { ...cart('z'), occurredAt: at(-DAY) });
    for (const id of [...people, 'z']) await link(id, { friend: true, linkedAt: at(-2 * DAY) });
    const journey = { ...CART, steps: [send('two'), send('one')] };
    const { forecast, cost } = await simulate(journey, { limit: 5 });
    expect(forecast.map(({ memberId, step }) => `${memberId} ${step}`)).toEqual([
      'z one',
      'z two',
      'a one',
      'a two',
      'b one',
    ]);
    expect(cost.messages).toBe(8);
  });

  it('leaves everything as it was', async () => {
    const tagging = { id: 'tag', kind: 'tag', tags: ['cart'] };
    await shop.post(cart('a'));
    await shop.drain();
    await simulate({ ...CART, steps: [tagging, send()] });
    await shop.pass(DAY);
    expect(await shop.runsOf('a')).toEqual([]);
    expect((await shop.done<{ tags: string[] }>('GET', '/v1/members/a')).tags).toEqual([]);
  });

  it('asks rules as of the moment, not as of today', async () => {
    await shop.post({ ...cart('a', 'c1'), occurredAt: at(-2 * DAY) });
    await shop.post({ ...purchase('a', 'other'), occurredAt: at(-DAY) });
    await shop.post({ ...cart('a', 'c2'), occurredAt: at(-HOUR) });
    const { totals } = await simulate({ ...CART, filter: { kind: 'purchase' } });
    expect(totals).toMatchObject({ started: 1, filteredOut: 1 });
  });

  it('takes only a part of the time, and says who is still inside at its end', async () => {
    await shop.post({ ...cart('a'), occurredAt: at(-3 * DAY) }, { ...cart('b'), occurredAt: at(-2 * DAY) }, cart('c'));
    const part = { from: at(-2 * DAY), to: at(-2 * DAY + HOUR) };
    expect((await simulate(CART, part)).totals).toMatchObject({ members: 1, waiting: 1, done: 0 });
  });

  it('shows the messages when it is asked to, and skips who has no value or an unfit one', async () => {
    const uri = '{{event.url | fallback: "https://shop.example/cart"}}';
    const messages = [
      { type: 'text', text: '{{member.attributes.name}}: {{event.cartId}}' },
      {
        type: 'flex',
        altText: 'cart',
        contents: {
          type: 'carousel',
          contents: [
            {
              forEach: 'event.items',
              item: {
                type: 'bubble',
                body: {
                  type: 'box',
                  layout: 'vertical',
                  contents: [{ type: 'text', text: '{{item.name | fallback: "?"}}' }],
                  action: { type: 'uri', uri },
                },
              },
            },
          ],
        },
      },
    ];
    const named = { kind: 'attribute', name: 'name', exists: true };
    for (const id of ['a', 'b', 'c']) {
      await shop.done('PUT', `/v1/members/${id}`, { attributes: { name: id.toUpperCase() } });
      await link(id, { friend: true, linkedAt: at(-DAY) });
    }
    await shop.done('PUT', '/v1/members/c', { attributes: { name: '' } });
    await shop.post(cart('a', 'c1', 'mug', 'cup'), { ...cart('b'), items: [] }, cart('c'));
    const start = { on: 'event', event: 'cart' };
    const body = { start, filter: named, steps: [{ id: 'send', kind: 'send', messages }] };
    const { forecast, totals } = await simulate(body, { messages: true });
    expect(totals.sends).toEqual({ send: { would: 1, skipped: { missing_variable: 1, unfit_message: 1 } } });
    expect(forecast).toMatchObject([
      {
        memberId: 'a',
        messages: [{ text: 'A: c1' }, { contents: { contents: [{ type: 'bubble' }, { type: 'bubble' }] } }],
      },
    ]);
    expect((await simulate(body)).forecast[0]).not.toHaveProperty('messages');
  });

  it('simulates a journey that is saved', async () => {
    const journeyId = await shop.journey({ ...CART, steps: [wait()] });
    await shop.post(cart('a'));
    const { totals } = await shop.done<SimulationDto>('POST', '/v1/journeys/simulate', { journeyId });
    expect(totals).toMatchObject({ started: 1, steps: { wait: { waiting: 1, woke: 1, done: 1 } } });
  });

  describe('over given events', () => {
    const events = () => [
      { id: '1', occurredAt: at(DAY), ...cart('a') },
      { id: '2', occurredAt: at(DAY + 1_000), ...cart('b') },
      { id: '3', occurredAt: at(2 * DAY), ...purchase('b') },
      { id: '1', occurredAt: at(2 * DAY), ...cart('a') },
      { id: '4', occurredAt: at(DAY), ...cart('nobody') },
      { id: '5', occurredAt: at(DAY), type: 'restock', productId: 'mug' },
    ];
    const given = { leftOut: 1, totals: { started: 2, cancelled: 0, done: 2 } };
    beforeEach(async () => {
      await shop.done('POST', '/v1/members/batch', { members: [{ externalId: 'a' }, { externalId: 'b' }] });
    });
    const post = (lines: string[], type = 'application/x-ndjson', path = '/v1/journeys/simulate') =>
      app.request('POST', path, { key: shop.key, headers: { 'content-type': type }, body: lines.join('\n') });

    it('walks them in place of the stored ones', async () => {
      await shop.post(cart('a', 'stored'));
      expect(await simulate(CART, { events: events() })).toMatchObject(given);
    });

    it('names those that are none', async () => {
      const wrong = [cart('a'), { id: '1', occurredAt: at(0), ...cart('a'), cartId: 7 }];
      const paths = (await refusals({ definition: draft(CART), events: wrong })).map(({ path }) => path);
      expect(paths).toEqual(['/events/0/id', '/events/0/occurredAt', '/events/1/cartId']);
    });

    it('takes them a line each behind the request, with the same answer', async () => {
      const request = JSON.stringify({ definition: draft(CART) });
      const inBody = await simulate(CART, { events: events() });
      const lines = [request, ...events().map((event) => JSON.stringify(event))];
      expect((await post(lines)).body).toEqual(inBody);
      expect((await post([...lines, ''])).body).toEqual(inBody);
    });

    it('names lines that are none, and refuses lines everywhere else', async () => {
      const request = JSON.stringify({ definition: draft(CART) });
      const lines = [request, JSON.stringify(events()[0]), '{', JSON.stringify({ ...events()[1], cartId: 7 })];
      const { status, body } = await post(lines);
      expect(status).toBe(400);
      expect((body as { errors: { path: string }[] }).errors.map(({ path }) => path)).toEqual(['/3', '/4/cartId']);
      expect((await post(['{'])).status).toBe(400);
      expect((await post(lines, undefined, '/v1/journeys')).status).toBe(415);
    });

    it('takes thousands', async () => {
      const many = Array.from({ length: 5_000 }, (_, n) =>
        JSON.stringify({ id: `e${n}`, occurredAt: at(n * 1_000), ...cart(n % 2 ? 'a' : 'b', `c${n}`) }),
      );
      const { body } = await post([JSON.stringify({ definition: draft(CART) }), ...many]);
      expect(body).toMatchObject({ leftOut: 0, totals: { started: 5_000, done: 5_000 } });
    });
  });

  describe('of a journey that something else than events starts', () => {
    const start = (on: Plain, more: Plain = {}) => ({ start: on, steps: [send()], ...more });
    const period = { from: '2027-02-01T00:00:00+09:00', to: '2027-04-01T00:00:00+09:00' };
    const moments = ({ forecast }: SimulationDto) =>
      forecast.map(({ memberId, at: moment }) => `${memberId} ${moment}`);

    it('finds birthdays, 29 February on 28 in common years', async () => {
      await shop.done('PUT', '/v1/members/leap', { birthDate: '2000-02-29' });
      await shop.done('PUT', '/v1/members/march', { birthDate: '1990-03-03' });
      await shop.done('PUT', '/v1/members/may', { birthDate: '1990-05-03' });
      for (const id of ['leap', 'march', 'may']) await link(id, { friend: true, linkedAt: '2020-01-01T00:00:00Z' });
      expect(moments(await simulate(start({ on: 'date', birthday: true, at: '10:00' }), period))).toEqual([
        'leap 2027-02-28T01:00:00.001Z',
        'march 2027-03-03T01:00:00.001Z',
      ]);
    });

    it('brings in at each strike of a schedule whom the filter names', async () => {
      await shop.done('PUT', '/v1/members/gold', { rank: 'gold' });
      await shop.done('PUT', '/v1/members/other', {});
      await link('gold', { friend: true, linkedAt: '2020-01-01T00:00:00Z' });
      const monthly = start({ on: 'schedule', cron: '0 9 1 * *' }, { filter: { kind: 'rank', in: ['gold'] } });
      const answer = await simulate(monthly, period);
      expect(moments(answer)).toEqual(['gold 2027-02-01T00:00:00.001Z', 'gold 2027-03-01T00:00:00.001Z']);
      expect(answer.totals).toMatchObject({ started: 2, filteredOut: 0 });
    });

    it('takes links by their dates', async () => {
      await shop.done('PUT', '/v1/members/a', {});
      await link('a', { friend: true, linkedAt: '2027-02-03T00:00:00Z' });
      const linked = start({ on: 'link', change: 'linked' });
      expect(moments(await simulate(linked, period))).toEqual(['a 2027-02-03T00:00:00.001Z']);
      expect(moments(await simulate(linked, { from: period.to }))).toEqual([]);
    });

    it('refuses calendars without a period or with too long a one', async () => {
      const daily = draft(start({ on: 'date', birthday: true, at: '10:00' }));
      const paths = async (more: Plain) => (await refusals({ definition: daily, ...more })).map(({ path }) => path);
      expect(await paths({})).toEqual(['/from', '/to']);
      expect(await paths({ from: period.from, to: '2028-02-10T00:00:00Z' })).toEqual(['/to']);
      expect(await paths({ from: period.to, to: period.from })).toEqual(['/to']);
    });
  });

  it('refuses a request that is none, with the place', async () => {
    const paths = async (body: Plain) => (await refusals(body)).map(({ path }) => path);
    expect(await paths({})).toEqual(['']);
    expect(await paths({ definition: draft({ ...CART, steps: [{ id: 'x', kind: 'send', messages: [] }] }) })).toEqual([
      '/definition/steps/0/messages',
    ]);
    expect(await paths({ definition: draft(CART), limit: 10_001 })).toEqual(['/limit']);
    const unknown = '01900000-0000-7000-8000-000000000000';
    const answer = await shop.request('POST', '/v1/journeys/simulate', { journeyId: unknown });
    expect(answer.status).toBe(404);
    const other = await JourneysStage.open(app, () => drainJobs(app.nest));
    const journeyId = await other.journey(CART);
    expect((await shop.request('POST', '/v1/journeys/simulate', { journeyId })).status).toBe(404);
    await other.post(cart('theirs'));
    expect((await simulate({ ...CART, channelId: shop.channelId })).totals.started).toBe(0);
  });
});
