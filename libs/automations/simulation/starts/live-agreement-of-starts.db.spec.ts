import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { localDate, startOfLocalDay } from '#kernel';
import { ProductsHttpModule, ProductsJobsModule } from '#products';
import { createTestApp, drainJobs, type TestApp } from '#testing';
import { HELLO, journeysModules, JourneysStage, purchase } from '../../testing/journeys-stage.js';
import { lineSays, lineUser } from '../../testing/line-words.js';
import { nameOf } from '../person.js';
import type { MemberResult } from '../report.js';
import { SimulationHttpModule } from '../simulation.module.js';
import { Simulations } from '../simulations.service.js';

const MEMBERS = ['aya', 'ken', 'mio'];
const MINUTE = 60_000;
const LOT = 30 * MINUTE;
/** How many stories are told; more for a night. */
const STORIES = Number(process.env.STARTS_AGREEMENT_RUNS ?? 1);
const steps = [
  { id: 'hour', kind: 'wait', for: { hours: 1 } },
  { id: 'send', kind: 'send', messages: HELLO },
];
const unlinked = { on: 'friend', linked: false };

/** Each start that is no event of a member and no day. @param segmentId of those who have not bought in two days */
const journeysOn = (segmentId: string): Record<string, object> => ({
  'a rank': { start: { on: 'rank' }, steps },
  'a rank, once': { start: { on: 'rank', to: ['gold'] }, reentry: { once: true }, steps },
  'a friend': { start: { on: 'friend' }, steps },
  'a friend who is not linked': { start: unlinked, steps, cancel: [{ change: 'linked' }] },
  'a tie': { start: { on: 'link', change: 'linked' }, steps, cancel: [{ change: 'unlinked' }] },
  'a restock for those who asked or looked': { start: { on: 'restock', browsedWithinDays: 2 }, steps },
  'a restock by lots': { start: { on: 'restock', browsedWithinDays: 2, first: 1, everyMinutes: 30 }, steps },
  'a segment that is entered': { start: { on: 'segment', segmentId, change: 'entered' }, steps },
  'a segment that is left': { start: { on: 'segment', segmentId, change: 'left' }, steps },
});

type Happening =
  | { kind: 'rank'; memberId: string; rank: string | null }
  | { kind: 'friend'; nth: number; type: 'follow' | 'unfollow' }
  | { kind: 'link'; memberId: string; nth: number }
  | { kind: 'unlink'; memberId: string }
  | { kind: 'ask' | 'withdraw' | 'view' | 'buy'; memberId: string }
  | { kind: 'posted' | 'counted' };

const memberId = fc.constantFrom(...MEMBERS);
const nth = fc.integer({ min: 1, max: 3 });
const rank = fc.constantFrom('gold', 'silver', null);
const of = <K extends string, T extends object>(kind: K, more: { [F in keyof T]: fc.Arbitrary<T[F]> }) =>
  fc.record({ kind: fc.constant(kind), ...more }) as fc.Arbitrary<{ kind: K } & T>;
const happening: fc.Arbitrary<Happening> = fc.oneof(
  of('rank', { memberId, rank }),
  of('friend', { nth, type: fc.constantFrom('follow' as const, 'unfollow' as const) }),
  of('link', { memberId, nth }),
  of('unlink', { memberId }),
  ...(['ask', 'ask', 'withdraw', 'view', 'buy'] as const).map((kind) => of(kind, { memberId })),
  ...(['posted', 'counted'] as const).map((kind) => of(kind, {})),
);
const minutes = fc.oneof(fc.integer({ min: 1, max: 50 }), fc.integer({ min: 60, max: 900 }));

/** However the rest is drawn, each journey starts. */
const OPENING: [Happening, number][] = [
  [{ kind: 'rank', memberId: 'aya', rank: 'gold' }, 5],
  [{ kind: 'friend', nth: 3, type: 'follow' }, 5],
];

describe('A journey that started live by what became of members, simulated over what is kept of that', () => {
  let app: TestApp;
  let line: Server;

  beforeAll(async () => {
    line = createServer((request, response) => {
      request.resume().on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
    });
    await new Promise<void>((resolve) => line.listen(0, '127.0.0.1', resolve));
    app = await createTestApp({
      imports: [...journeysModules, ProductsHttpModule, ProductsJobsModule, SimulationHttpModule],
      config: { lineApiBaseUrl: `http://127.0.0.1:${(line.address() as AddressInfo).port}` },
    });
  }, 60_000);
  afterAll(async () => {
    await app.close();
    line.close();
  });

  async function tell(shop: JourneysStage, happened: Happening): Promise<void> {
    const requests = 'memberId' in happened ? `/v1/members/${happened.memberId}/restock-requests` : '';
    switch (happened.kind) {
      case 'rank':
        await shop.done('PUT', `/v1/members/${happened.memberId}`, { rank: happened.rank });
        return;
      case 'friend':
        return lineSays(app, shop, happened.type, lineUser(happened.nth));
      case 'link': {
        const links = [{ memberId: happened.memberId, lineUserId: lineUser(happened.nth) }];
        await shop.done('POST', '/v1/links/batch', { channelId: shop.channelId, links });
        return;
      }
      case 'unlink':
        return unlink(shop, happened.memberId);
      case 'ask':
        await shop.done('POST', requests, { productId: 'p' });
        return;
      case 'withdraw':
        await shop.request('DELETE', `${requests}/p`);
        return;
      case 'view':
        return shop.post({ type: 'browse', memberId: happened.memberId, url: 'https://s.example/p', productId: 'p' });
      case 'buy':
        // A millisecond ago, so that it exists when it is heard of: live segments look again only every second.
        return shop.post({ ...purchase(happened.memberId), occurredAt: new Date(shop.now - 1).toISOString() });
      case 'posted':
        return shop.post({ type: 'restock', productId: 'p' });
      case 'counted':
        return restock(shop);
    }
  }

  async function unlink(shop: JourneysStage, member: string): Promise<void> {
    const path = `/v1/members/${member}/links`;
    const { items } = await shop.done<{ items: { id: string; endedAt: string | null }[] }>('GET', path);
    const live = items.find(({ endedAt }) => endedAt === null);
    if (live) await shop.request('DELETE', `/v1/links/${live.id}`);
  }

  async function restock(shop: JourneysStage): Promise<void> {
    for (const stock of [0, 5])
      await shop.done('PUT', '/v1/products/batch', { products: [{ productId: 'p', name: 'Mug', price: 1, stock }] });
  }

  /** No moment at which something happens by itself is passed over: no midnight, and no later lot of a restock. */
  async function passUntil(shop: JourneysStage, moment: number, lots: readonly number[]): Promise<void> {
    const { timeZone, clock } = shop.scope;
    while (shop.now < moment) {
      const tomorrow = localDate(clock.now(), timeZone).add({ days: 1 });
      const midnight = startOfLocalDay(tomorrow, timeZone).getTime();
      const later = lots.filter((at) => at > shop.now);
      await pass(shop, Math.min(midnight, moment, ...later) - shop.now);
    }
  }

  async function pass(shop: JourneysStage, milliseconds: number): Promise<void> {
    await shop.pass(milliseconds);
    await drainJobs(app.nest, { schedules: true });
    await shop.drain();
  }

  async function liveTraces(shop: JourneysStage, journeyId: string): Promise<Traces> {
    const runs = (await shop.runs(journeyId)).reverse();
    return inOrder(runs.map(({ memberId: id, lineUserId, startedBy }) => [id ?? lineUserId!, startedBy]));
  }

  async function simulatedTraces(shop: JourneysStage, journeyId: string, from: string): Promise<Traces> {
    const all: [string, object][] = [];
    const onResult = ({ walked, ...person }: MemberResult) => {
      for (const { state } of walked.runs) {
        const { type, at, body } = state.start;
        all.push([nameOf(person), { type, at: new Date(at).toISOString(), body: JSON.parse(JSON.stringify(body)) }]);
      }
    };
    const period = { from, to: new Date(shop.now).toISOString() };
    await app.get(Simulations).simulate(shop.scope, { journeyId, ...period }, { onResult });
    return inOrder(all);
  }

  it('starts the same people by the same at the same moments', async () => {
    const started = new Set<string>();
    const story = fc.array(fc.tuple(happening, minutes), { minLength: 40, maxLength: 40 });
    await fc.assert(
      fc.asyncProperty(story, async (happenings) => {
        const shop = await JourneysStage.open(app, () => drainJobs(app.nest));
        for (const id of MEMBERS) await shop.done('PUT', `/v1/members/${id}`, {});
        const rule = { kind: 'purchase', within: { days: 2 } };
        const segment = { name: 's', rule: { kind: 'not', rule } };
        const { id: segmentId } = await shop.done<{ id: string }>('POST', '/v1/segments', segment);
        const ids = new Map<string, string>();
        for (const [name, body] of Object.entries(journeysOn(segmentId))) ids.set(name, await shop.journey(body));
        await shop.drain();
        const from = new Date(shop.now).toISOString();
        const lots: number[] = [];
        for (const [happened, later] of [...OPENING, ...happenings]) {
          await passUntil(shop, shop.now + later * MINUTE, lots);
          await tell(shop, happened);
          for (const nth of [1, 2]) if (isRestock(happened)) lots.push(shop.now + nth * LOT);
          await shop.drain();
          await pass(shop, 1);
        }
        await passUntil(shop, shop.now + 3 * 24 * 60 * MINUTE, lots);
        for (const [name, id] of ids) {
          const live = await liveTraces(shop, id);
          if (live.length > 0) started.add(name);
          expect([name, await simulatedTraces(shop, id, from)]).toEqual([name, live]);
        }
      }),
      { numRuns: STORIES, seed: 7, endOnFailure: true },
    );
    expect([...started].sort()).toEqual(Object.keys(journeysOn('')).sort());
  }, 600_000);
});

type Traces = string[];

function isRestock({ kind }: Happening): boolean {
  return kind === 'posted' || kind === 'counted';
}

/** As text, because runs of different people that began at one moment have no order. */
function inOrder(all: readonly [string, object][]): Traces {
  return all
    .map(([who, { type, at, body }]: [string, { type?: string; at?: unknown; body?: object }]) =>
      [new Date(at as string).toISOString(), who, type, sortedText(body)].join(' '),
    )
    .sort();
}

function sortedText(body: object = {}): string {
  return JSON.stringify(Object.entries(body).sort(([a], [b]) => (a < b ? -1 : 1)));
}
