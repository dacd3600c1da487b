import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { createTestApp, type TestApp } from '#testing';
import { features } from '../../../apps/api/app.module.js';
import { Shop, type Json } from './shop.js';

interface Line {
  productId: string;
  category?: string;
  quantity: number;
  unitPrice: number;
}
interface Event extends Json {
  type: string;
  orderId: string;
  total: number;
  occurredAt: string;
  storeId?: string;
  lines?: Line[];
}
interface Question {
  where: { category?: string[]; product?: string[]; store?: string[] };
  from?: number;
  to?: number;
  asOf: number;
}

const FIRST = Date.parse('2025-03-01T00:00:00Z');
const HOUR = 3_600_000;
const HOURS = 9_000;
const prices: Record<string, number> = { a: 1.25, b: 0.1, c: 10 };
const products = Object.keys(prices);
const instant = (hour: number) => new Date(FIRST + hour * HOUR).toISOString();

const hour = fc.integer({ min: 0, max: HOURS });
const line = fc.record({
  productId: fc.constantFrom(...products),
  category: fc.constantFrom('x', 'y', undefined),
  quantity: fc.integer({ min: 1, max: 4 }),
});
const lines = fc
  .uniqueArray(line, { selector: ({ productId }) => productId, maxLength: 3, minLength: 1 })
  .map((all) => all.map((one) => ({ ...one, unitPrice: prices[one.productId]! })));
/** Hours are unique, as what comes later at one and the same moment is another spec's matter. */
const eventsArb = fc
  .array(
    fc.record({
      type: fc.constantFrom('purchase', 'purchase', 'refund'),
      orderId: fc.integer({ min: 0, max: 25 }).map((n) => `o${n}`),
      total: fc.integer({ min: 0, max: 3_000 }).map((cents) => cents / 100),
      storeId: fc.constantFrom('s', 't', undefined),
      lines: fc.option(lines, { nil: undefined }),
      hour,
    }),
    { minLength: 40, maxLength: 60 },
  )
  .map((all) => all.filter((one, i) => all.findIndex((other) => other.hour === one.hour) === i))
  .map((all) =>
    all.map(({ hour: at, storeId, ...one }) => ({
      ...one,
      storeId: one.type === 'refund' ? undefined : storeId,
      occurredAt: instant(at),
    })),
  );
const some = (...of: string[]) => fc.option(fc.subarray(of, { minLength: 1 }), { nil: undefined });
const questionArb: fc.Arbitrary<Question> = fc
  .record({
    where: fc.record({ category: some('x', 'y'), product: some(...products), store: some('s', 't') }),
    from: fc.option(hour, { nil: undefined }),
    to: fc.option(hour, { nil: undefined }),
    asOf: fc.constantFrom(HOURS, HOURS, HOURS / 2, 5_003),
  })
  .map(({ from, to, ...rest }) =>
    from !== undefined && to !== undefined && from >= to ? rest : { from, to, ...rest },
  );

/** What is left of an order: cents, and its lines less those returned; nothing where it is not counted. */
function leftOf(order: Event, refunds: Event[]): { cents: number; lines: Line[] } | undefined {
  const cents = refunds.reduce((left, { total }) => left - Math.round(total * 100), Math.round(order.total * 100));
  if (refunds.length > 0 && cents <= 0) return undefined;
  const returned = refunds.flatMap((refund) => refund.lines ?? []);
  const linesLeft = (order.lines ?? []).map((one) => {
    const back = returned.filter(({ productId }) => productId === one.productId);
    return { ...one, quantity: Math.max(0, one.quantity - back.reduce((n, { quantity }) => n + quantity, 0)) };
  });
  return { cents, lines: linesLeft.filter(({ quantity }) => quantity > 0) };
}

const among = (list: string[] | undefined, value = '') => !list || list.includes(value);

function isAsked(order: Event, { where, from = -Infinity, to = Infinity, asOf }: Question): boolean {
  const at = (Date.parse(order.occurredAt) - FIRST) / HOUR;
  return at >= from && at < to && at < asOf && among(where.store, order.storeId);
}

/** The contract once more, the slow way. */
function expected(events: Event[], question: Question) {
  const sum = { count: 0, cents: 0, quantity: 0 };
  const { category, product } = question.where;
  const byTime = [...events].sort((a, b) => a.occurredAt.localeCompare(b.occurredAt));
  for (const orderId of new Set(events.map((event) => event.orderId))) {
    const of = byTime.filter((event) => event.orderId === orderId);
    const order = of.filter(({ type }) => type === 'purchase').at(-1);
    const refunds = of.filter(({ type }) => type === 'refund');
    const left = order && isAsked(order, question) ? leftOf(order, refunds) : undefined;
    if (!left) continue;
    const byLine = Boolean(category ?? product);
    const lines = left.lines.filter((one) => among(category, one.category) && among(product, one.productId));
    if (byLine && lines.length === 0) continue;
    const ofLines = lines.reduce((n, { quantity, unitPrice }) => n + quantity * Math.round(unitPrice * 100), 0);
    sum.count += 1;
    sum.quantity += lines.reduce((n, { quantity }) => n + quantity, 0);
    sum.cents += byLine ? ofLines : left.cents;
  }
  return { count: sum.count, total: sum.cents / 100, quantity: sum.quantity };
}

function ruleOf({ where, from, to }: Question): Json {
  const within = { ...(from !== undefined && { from: instant(from) }), ...(to !== undefined && { to: instant(to) }) };
  return {
    kind: 'purchase',
    ...(Object.values(where).some(Boolean) && { where }),
    ...(Object.keys(within).length > 0 && { within }),
  };
}

describe('Orders of any history', () => {
  let app: TestApp;

  beforeAll(async () => void (app = await createTestApp({ imports: features })));
  afterAll(() => app.close());

  it('are summed as the contract says, in whatever order they are posted', async () => {
    const story = fc.tuple(
      eventsArb,
      fc.array(questionArb, { minLength: 12, maxLength: 12 }),
      fc.infiniteStream(fc.nat()),
      fc.boolean(),
    );
    await fc.assert(
      fc.asyncProperty(story, async ([events, questions, dice, oneByOne]) => {
        const shop = await Shop.open(app, { currency: 'USD', timeZone: 'America/New_York' });
        const shuffled = events.map((event) => [dice.next().value as number, event] as const).sort(([a], [b]) => a - b);
        if (oneByOne) for (const [, event] of shuffled) await shop.did(event);
        else await shop.did(...shuffled.map(([, event]) => event));
        for (const asked of questions) {
          expect([asked, await shop.actual(ruleOf(asked), instant(asked.asOf))]).toEqual([
            asked,
            expected(events, asked),
          ]);
        }
        const whole = expected(events, { where: {}, asOf: Infinity });
        expect(await shop.member('hanako')).toMatchObject({ purchaseCount: whole.count, purchaseTotal: whole.total });
      }),
      { numRuns: 8, seed: 20_260_415, endOnFailure: true },
    );
  }, 180_000);
});
