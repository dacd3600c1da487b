import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { DeliveryHttpModule, Outcomes, SpendingCeilings } from '#delivery';
import { newId } from '#kernel';
import { Members } from '#members';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { CART, cart, DAY, HOUR, journeysModules, JourneysStage, MINUTE, send } from '../testing/journeys-stage.js';
import { lineUser } from '../testing/line-words.js';
import type { SimulationDto } from './simulation.dto.js';
import { SimulationHttpModule } from './simulation.module.js';

type Plain = Record<string, unknown>;
const NIGHT = { from: '21:00', to: '08:00', exempt: ['transactional'] };
const EVENING = new Date('2026-04-15T20:30:00+09:00');

describe('What delivery would do with simulated sends', () => {
  let app: TestApp;
  let line: Server;
  let shop: JourneysStage;

  beforeAll(async () => {
    line = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
    });
    await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
    app = await createTestApp({
      imports: [...journeysModules, DeliveryHttpModule, SimulationHttpModule],
      config: { lineApiBaseUrl: `http://127.0.0.1:${(line.address() as AddressInfo).port}` },
    });
  }, 60_000);
  beforeEach(async () => {
    app.scope.clock.set(EVENING);
    shop = await JourneysStage.open(app, () => drainJobs(app.nest));
  });
  afterAll(async () => {
    await app.close();
    line.close();
  });

  const settings = (body: Plain) => shop.done('PATCH', '/v1/workspace', body);
  const simulate = (definition: Plain, more: Plain = {}) =>
    shop.done<SimulationDto>('POST', '/v1/journeys/simulate', {
      definition: { channelId: shop.channelId, ...definition },
      ...more,
    });
  const link = async (...memberIds: string[]) => {
    await shop.done('POST', '/v1/members/batch', { members: memberIds.map((externalId) => ({ externalId })) });
    await shop.done('POST', '/v1/links/batch', {
      channelId: shop.channelId,
      links: memberIds.map((memberId, n) => ({
        memberId,
        lineUserId: lineUser(n + 1),
        friend: true,
        linkedAt: at(-60 * DAY),
      })),
    });
  };
  const optOut = (memberId: string, since: number) =>
    shop.done('PUT', `/v1/members/${memberId}/opt-outs/triggered`, { source: 'spec', since: at(since) });
  const at = (milliseconds: number) => new Date(EVENING.getTime() + milliseconds).toISOString();
  const left = (memberId: string, days: number, cartId = `c${days}`) => ({
    ...cart(memberId, cartId),
    occurredAt: at(days * DAY),
  });
  const pass = async (milliseconds: number) => {
    await shop.pass(milliseconds);
    await drainJobs(app.nest, { schedules: true });
  };
  /** Who would be sent to and when, and who not. */
  const told = ({ forecast, totals }: SimulationDto) => ({
    sent: forecast.map(({ memberId, at: moment }) => [memberId, moment]),
    ...totals.sends['send'],
  });

  it('is to hold what is decided by night until the morning, and to judge anew whom it may be sent to', async () => {
    await settings({ quietHours: NIGHT });
    await link('night', 'gone');
    await shop.post(left('night', 0), left('gone', 0));
    shop.scope.clock.advance(10 * HOUR);
    await optOut('gone', 9 * HOUR);
    const answer = await simulate(CART);
    expect(answer.forecast).toEqual([
      { memberId: 'night', step: 'send', at: at(11.5 * HOUR), decidedAt: at(HOUR + 1) },
    ]);
    expect(answer.totals.sends).toEqual({ send: { would: 1, skipped: { opted_out: 1 } } });
    const exempt = await simulate({ ...CART, steps: [send('send', { class: 'transactional' })] });
    expect(told(exempt)).toEqual({
      sent: [
        ['gone', at(1)],
        ['night', at(1)],
      ],
      would: 2,
      skipped: {},
    });
  });

  it('is to skip what caps leave no room for, beside what others have sent and without what it has sent itself', async () => {
    await settings({ caps: [{ class: 'triggered', count: 1, days: 3 }] });
    await link('a', 'b');
    const journeyId = await shop.journey({ start: CART.start, steps: [send()] });
    await shop.journey({ start: { on: 'event', event: 'visit' }, steps: [send()] });
    await shop.happens({ type: 'visit', memberId: 'b' });
    expect(await shop.handedOver(await shop.runsOf('b'))).toBe(1);
    for (const days of [1, 2, 4, 5]) {
      await shop.pass((days - (shop.now - EVENING.getTime()) / DAY) * DAY);
      await shop.happens(left('a', days), left('b', days));
    }
    const sent = [
      ['a', at(DAY + 1)],
      ['a', at(4 * DAY + 1)],
      ['b', at(4 * DAY + 1)],
    ];
    const expected = { sent, would: 3, skipped: { capped: 5 } };
    const { definition } = await shop.done<{ definition: Plain }>('GET', `/v1/journeys/${journeyId}`);
    const period = { from: at(0), to: at(9 * DAY) };
    const answer = await shop.done<SimulationDto>('POST', '/v1/journeys/simulate', { journeyId, ...period });
    expect(told(answer)).toEqual(expected);
    expect(told(await simulate(definition, { journeyId, ...period }))).toEqual(expected);
    // A draft that is nobody's has sent nothing itself.
    expect(told(await simulate(definition, period)).skipped).toEqual({ capped: 8 });
    const unknown = await shop.request('POST', '/v1/journeys/simulate', { definition, journeyId: newId() });
    expect(unknown.status).toBe(404);
  });

  const PEOPLE = ['a', 'b', 'c'];

  /** Carts are left at all times of day, and people want to be sent nothing for a while. */
  async function live(): Promise<void> {
    const drawn = numbers(20);
    const optOuts = (id: string) => `/v1/members/${id}/opt-outs/triggered`;
    for (let n = 0; n < 40; n++) {
      for (let minutes = 30 + drawn(400); minutes > 0; minutes -= 30) await pass(Math.min(30, minutes) * MINUTE);
      const memberId = PEOPLE[drawn(3)]!;
      await shop.happens(cart(memberId, `c${n}`));
      if (n % 10 === 4) await shop.done('PUT', optOuts(memberId), { source: 'spec' });
      if (n % 10 === 7) for (const id of PEOPLE) await shop.done('DELETE', optOuts(id));
    }
    for (let hours = 0; hours < 24; hours += 0.5) await pass(HOUR / 2);
  }

  it('is what it then does', async () => {
    await settings({ quietHours: NIGHT, caps: [{ class: 'triggered', count: 2, days: 2 }] });
    await link(...PEOPLE);
    const journeyId = await shop.journey({ ...CART, cancel: [] });
    await live();
    const answer = await shop.done<SimulationDto>('POST', '/v1/journeys/simulate', { journeyId });
    const skipped: string[] = [];
    for (const [id, inside] of await app.get(Members).find(shop.scope, PEOPLE)) {
      const outcomes = await app.get(Outcomes).ofMember(shop.scope, inside, { limit: 200 });
      const sentAt = outcomes.flatMap(({ state, settledAt }) => (state === 'accepted' ? [settledAt!.getTime()] : []));
      const foretold = answer.forecast.filter(({ memberId }) => memberId === id).map((one) => Date.parse(one.at));
      const late = sentAt.sort((x, y) => x - y).map((moment, n) => moment - foretold[n]!);
      expect([sentAt.length, late.filter((by) => by < 0 || by > HOUR / 2)]).toEqual([foretold.length, []]);
      skipped.push(...outcomes.flatMap(({ reason }) => reason ?? []));
    }
    const count = (wanted: string) => skipped.filter((reason) => reason === wanted).length;
    expect(answer.totals.sends['send']!.skipped).toEqual({ capped: count('capped'), opted_out: count('opted_out') });
    expect(new Set(skipped).size).toBe(2);
  }, 120_000);

  describe('costs', () => {
    const plan = (id: string) => shop.done('PUT', `/v1/channels/${shop.channelId}/plan`, { plan: id });
    const spend = (messages: number) => app.get(SpendingCeilings).reserve(shop.scope, shop.channelId, messages);

    it('what LINE takes for it in each month beside all else', async () => {
      await link('a', 'b');
      await shop.post(...[-30, -29, 0].flatMap((days) => [left('a', days), left('b', days)]));
      await plan('standard');
      await spend(29_990);
      const cost = async () => (await simulate({ ...CART, cancel: [] })).cost;
      const price = { currency: 'JPY', pricesFrom: '2023-06-01', estimate: false, extraMessages: 0, amount: 0 };
      const of = { messages: 6, short: 0, plan: { id: 'standard', from: 'set' } };
      expect(await cost()).toEqual({ ...of, price: { ...price, tax: 0, total: 0 } });
      await spend(9 + 5);
      expect(await cost()).toEqual({ ...of, price: { ...price, extraMessages: 2, amount: 6, tax: 0, total: 6 } });
      await plan('light');
      expect(await cost()).toMatchObject({ messages: 6, short: 2, price: { extraMessages: 0, total: 0 } });
    });

    it('what LINE takes beside what others have sent, without what the journey has sent itself', async () => {
      const draft = { start: CART.start, steps: [send()] };
      await link('a', 'b');
      await plan('standard');
      const journeyId = await shop.journey(draft);
      await shop.journey({ start: { on: 'event', event: 'visit' }, steps: [send()] });
      await shop.happens(left('a', 0), left('b', 0), { type: 'visit', memberId: 'a' });
      await spend(29_997);
      const simulated = async (request: Plain) =>
        (await shop.done<SimulationDto>('POST', '/v1/journeys/simulate', request)).cost;
      const definition = { channelId: shop.channelId, ...draft };
      expect(await simulated({ definition })).toMatchObject({ messages: 2, price: { extraMessages: 2 } });
      expect(await simulated({ journeyId })).toMatchObject({ messages: 2, price: { extraMessages: 0 } });
      expect(await simulated({ journeyId, definition })).toMatchObject({ messages: 2, price: { extraMessages: 0 } });
    });

    it('nothing that can be said of a plan that is not known', async () => {
      expect((await simulate(CART)).cost).toEqual({ messages: 0, short: null, plan: null, price: null });
    });
  });
});

/** Whole numbers from 0 to below what is asked, by seed. */
function numbers(seed: number): (below: number) => number {
  let last = seed;
  return (below) => (last = (last * 1_103_515_245 + 12_345) % 2 ** 31) % below;
}
