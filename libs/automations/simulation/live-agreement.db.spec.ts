import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { HELLO, journeysModules, JourneysStage } from '../testing/journeys-stage.js';
import type { MemberResult } from './report.js';
import { SimulationHttpModule } from './simulation.module.js';
import { Simulations } from './simulations.service.js';

const MEMBERS = ['aya', 'ken'];
const SECOND = 1_000;

const cartEvent = { on: 'event', event: 'cart' };
const wait = (id: string, more: object) => ({ id, kind: 'wait', ...more });
const send = (id: string, more: object = {}) => ({ id, kind: 'send', messages: HELLO, ...more });

/** Each kind of start by events, of re-entry, wait, branch and cancel is in one of them. */
const JOURNEYS: Record<string, object> = {
  'a cart that was left': {
    start: { ...cartEvent, where: [{ field: 'items', exists: true }] },
    reentry: { key: ['cartId'], repeat: 'restart' },
    steps: [
      wait('hour', { for: { hours: 1 } }),
      send('remind', { atMost: { count: 1, days: 2 } }),
      wait('day', { for: { days: 1 } }),
      send('again', { atMost: { count: 2, days: 7 } }),
    ],
    cancel: [
      { event: 'purchase', where: [{ field: 'lines.productId', sharedWithStart: 'items.productId' }] },
      { event: 'cart', where: [{ field: 'cartId', differsFromStart: 'cartId' }] },
      {
        event: 'cart',
        where: [
          { field: 'cartId', sharedWithStart: 'cartId' },
          { field: 'items', exists: false },
        ],
      },
    ],
  },
  'a visit of a regular': {
    start: { on: 'event', event: 'visit' },
    filter: { kind: 'visit', count: { gte: 2 } },
    reentry: { days: 2 },
    steps: [
      wait('evening', { until: '18:00' }),
      {
        id: 'bought',
        kind: 'branch',
        rule: { kind: 'purchase', within: { days: 3 } },
        next: 'thanks',
        otherwise: 'offer',
      },
      send('thanks', { next: 'end' }),
      send('offer'),
      { id: 'end', kind: 'stop' },
    ],
    cancel: [{ change: 'opted_out', where: [{ field: 'purpose', equals: 'triggered' }] }],
  },
  'a booking': {
    start: { on: 'event', event: 'booking', where: [{ field: 'status', in: ['booked', 'changed'] }] },
    reentry: { key: ['bookingId'], repeat: 'restart' },
    steps: [wait('day-before', { relative: { to: 'startsAt', days: -1, at: '18:00' } }), send('remind')],
    cancel: [{ event: 'booking', where: [{ field: 'bookingId', sharedWithStart: 'bookingId' }] }],
  },
  'a purchase that is waited for': {
    start: cartEvent,
    steps: [
      { id: 'buys', kind: 'wait-for', event: 'purchase', within: { hours: 3 }, next: 'thanks', onTimeout: 'offer' },
      send('thanks', { next: 'end' }),
      send('offer', { atMost: { count: 1, days: 1 } }),
      { id: 'end', kind: 'stop' },
    ],
  },
  'a first purchase': {
    start: { on: 'event', event: 'purchase', where: [{ field: 'total', gte: 500 }] },
    reentry: { once: true },
    steps: [
      { id: 'much', kind: 'branch', event: [{ field: 'total', gte: 1_000 }], next: 'send' },
      wait('later', { for: { minutes: 90 } }),
      send('send'),
    ].map((step, n) => (n === 0 ? { ...step, otherwise: 'later' } : step)),
    cancel: [{ event: 'refund' }],
  },
};

const product = fc.constantFrom('mug', 'cup', 'tea');
const priced = (productId: string) => ({ productId, quantity: 1, unitPrice: 100 });
const some = fc.constantFrom('1', '2', '3');
const kinds = fc.oneof(
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('cart'),
      cartId: some,
      items: fc.array(product.map(priced), { maxLength: 2 }),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('purchase'),
      total: fc.constantFrom(400, 600, 2_000),
      lines: product.map((id) => [priced(id)]),
    }),
  },
  { weight: 2, arbitrary: fc.constant({ type: 'visit' }) },
  {
    weight: 2,
    arbitrary: fc.record({
      type: fc.constant('booking'),
      bookingId: some,
      startsInHours: fc.integer({ min: -10, max: 70 }),
      status: fc.constantFrom('booked', 'changed', 'cancelled'),
    }),
  },
  {
    weight: 2,
    arbitrary: fc.record({ optOut: fc.constantFrom('triggered', 'promotional'), isOut: fc.boolean() }),
  },
  { weight: 2, arbitrary: fc.constant({ type: 'refund', orderId: 'of-old', total: 1 }) },
);
/** What happens next, and how long after what happened before. */
const happening = fc.record({
  memberId: fc.constantFrom(...MEMBERS),
  seconds: fc.oneof(
    { weight: 4, arbitrary: fc.integer({ min: 1, max: 2_400 }) },
    { weight: 1, arbitrary: fc.integer({ min: 1, max: 90_000 }) },
  ),
  event: kinds,
});

const EVERYTHING = [
  'begun',
  ...['booking', 'cart', 'opted_out', 'purchase', 'refund'].map((event) => `cancelled by ${event}`),
  ...['done', 'false', 'happened', 'limited', 'past', 'restarted', 'sent', 'started', 'stopped'],
  ...['timed_out', 'true', 'waiting', 'woke'],
];

/** @param traces by member: runs of decisions of [at, step, decision, values] */
function decisionsIn(traces: Record<string, unknown[][][]>): string[] {
  return Object.values(traces).flatMap((runs) =>
    runs.flatMap((run) =>
      run.map(([, , decision, values]) => wordOf(decision as string, values as { event?: string })),
    ),
  );
}

function wordOf(decision: string, { event }: { event?: string }): string {
  return decision === 'cancelled' ? `cancelled by ${event}` : decision;
}

describe('A journey that has run live, simulated over the same events', () => {
  let app: TestApp;
  let line: Server;

  beforeAll(async () => {
    // LINE finds all messages right; nobody is linked who could get one.
    line = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
    });
    await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
    app = await createTestApp({
      imports: [...journeysModules, SimulationHttpModule],
      config: { lineApiBaseUrl: `http://127.0.0.1:${(line.address() as AddressInfo).port}` },
    });
  }, 60_000);
  afterAll(async () => {
    await app.close();
    line.close();
  });

  const open = () => JourneysStage.open(app, () => drainJobs(app.nest));

  async function liveTraces(shop: JourneysStage, journeyId: string) {
    const traces: Record<string, unknown[][][]> = {};
    for (const member of MEMBERS) {
      const runs = (await shop.runsOf(member)).filter((run) => run.journeyId === journeyId);
      if (runs.length > 0)
        traces[member] = runs.map(({ decisions }) =>
          decisions.map(({ at, step, decision, detail }) => {
            const { sendId: _, ...values } = detail as Record<string, unknown>;
            return [new Date(at).toISOString(), step, decision, values];
          }),
        );
    }
    return traces;
  }

  async function simulatedTraces(shop: JourneysStage, journeyId: string) {
    const traces: Record<string, unknown[][][]> = {};
    const onResult = ({ externalId, walked }: MemberResult) => {
      if (walked.runs.length > 0)
        traces[externalId!] = walked.runs.map(({ decisions }) =>
          decisions.map(({ at, step, decision, detail }) => [new Date(at).toISOString(), step, decision, detail]),
        );
    };
    await app
      .get(Simulations)
      .simulate(shop.scope, { journeyId, to: new Date(shop.now + 1).toISOString() }, { onResult });
    return traces;
  }

  /** Nobody is known before they have done something. */
  async function wish(shop: JourneysStage, member: string, { optOut, isOut }: { optOut: string; isOut: boolean }) {
    const path = `/v1/members/${member}/opt-outs/${optOut}`;
    const answer = await shop.request(isOut ? 'PUT' : 'DELETE', path, isOut ? { source: 'spec' } : undefined);
    expect([200, 404]).toContain(answer.status);
    await shop.drain();
  }

  it('gives the same decisions', async () => {
    const decided = new Set<string>();
    await fc.assert(
      fc.asyncProperty(fc.array(happening, { minLength: 40, maxLength: 60 }), async (happenings) => {
        const shop = await open();
        const ids = new Map<string, string>();
        for (const [name, definition] of Object.entries(JOURNEYS)) ids.set(name, await shop.journey(definition));
        for (const [n, { memberId, seconds, event }] of happenings.entries()) {
          await shop.pass(seconds * SECOND);
          if ('optOut' in event) {
            await wish(shop, memberId, event);
            continue;
          }
          const { startsInHours, ...fields } = event as { startsInHours?: number; type: string };
          const startsAt = startsInHours !== undefined && {
            startsAt: new Date(shop.now + startsInHours * 3_600_000).toISOString(),
          };
          const orderId = event.type === 'purchase' ? { orderId: `order-${n}` } : {};
          await shop.happens({ memberId, ...orderId, ...startsAt, ...fields });
        }
        await shop.pass(30 * 3_600_000 + 500);
        for (const [name, id] of ids) {
          const live = await liveTraces(shop, id);
          for (const word of decisionsIn(live)) decided.add(word);
          expect([name, await simulatedTraces(shop, id)]).toEqual([name, live]);
        }
      }),
      { numRuns: 6, seed: 4, endOnFailure: true },
    );
    // What the journeys can come to has come up.
    expect([...decided].sort()).toEqual(EVERYTHING);
  }, 240_000);
});
