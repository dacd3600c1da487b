import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { createTestApp, type TestApp } from '#testing';
import { EventsModule } from '../events.module.js';
import { Events } from '../events.service.js';
import { countedOrders, summaryOf, type PostedPurchase } from '../testing/order-model.js';

const start = Date.parse('2026-01-01T00:00:00Z');
const line = fc.record(
  {
    productId: fc.constantFrom('p1', 'p2'),
    category: fc.constantFrom('c1', 'c2'),
    quantity: fc.integer({ min: 1, max: 3 }),
    unitPrice: fc.integer({ min: 0, max: 50 }),
  },
  { requiredKeys: ['productId', 'quantity', 'unitPrice'] },
);
const posted = fc.record(
  {
    type: fc.constantFrom('purchase' as const, 'purchase' as const, 'refund' as const),
    orderId: fc.constantFrom('o1', 'o2', 'o3', 'o4'),
    total: fc.constantFrom(0, 10, 50, 100, 150),
    lines: fc.array(line, { maxLength: 3 }),
    storeId: fc.constantFrom('s1', 's2'),
  },
  { requiredKeys: ['type', 'orderId', 'total'] },
);
/** Dates that differ, in any order. */
const days = fc.shuffledSubarray(
  Array.from({ length: 12 }, (_, n) => n),
  { minLength: 12 },
);

interface Case {
  events: PostedPurchase[];
  /** How many of them are posted at a time. */
  sizes: number[];
}

const cases: fc.Arbitrary<Case> = fc
  .record({
    events: fc.array(posted, { minLength: 1, maxLength: 12 }),
    days,
    sizes: fc.array(fc.integer({ min: 1, max: 5 }), { minLength: 12, maxLength: 12 }),
  })
  .map(({ events, days: at, sizes }) => ({
    sizes,
    events: events.map((event, n) => {
      // Orders 1 and 2 are one member's, 3 and 4 another's; a refund has no store.
      const memberId = event.orderId < 'o3' ? 'm1' : 'm2';
      const { storeId, ...rest } = event;
      const shop = event.type === 'purchase' && storeId ? { storeId } : {};
      return { ...rest, ...shop, memberId, occurredAt: start + at[n]! * 86_400_000 };
    }),
  }));

describe('orders', () => {
  let app: TestApp;
  let owner: pg.Client;
  let events: Events;

  beforeAll(async () => {
    app = await createTestApp({ imports: [EventsModule] });
    events = app.get(Events);
    owner = new pg.Client(app.ownerUrl);
    await owner.connect();
  });

  afterAll(async () => {
    await owner.end();
    await app.close();
  });

  /** Posts everything in chunks. @returns the workspace */
  async function post({ events: all, sizes }: Case) {
    const { scope } = await app.workspace();
    let rest = all.map((event, n) => ({
      ...event,
      id: `e${n}`,
      occurredAt: new Date(event.occurredAt).toISOString(),
    }));
    for (const size of sizes) {
      const answer = await events.post(scope, rest.slice(0, size));
      expect(answer.rejected).toEqual([]);
      rest = rest.slice(size);
    }
    return scope.workspaceId;
  }

  const rows = async (text: string, workspaceId: string) => (await owner.query(text, [workspaceId])).rows;

  async function storedOrders(workspaceId: string) {
    return rows(
      `select o.order_id as "orderId", m.external_id as "memberId", extract(epoch from o.ordered_at)::float8 * 1000 as "orderedAt",
              s.term as store, o.net_total::float8 as total, o.net_quantity::int as quantity,
              coalesce((select json_agg(json_build_object('product', p.term, 'category', c.term, 'quantity', l.quantity,
                                'total', l.total, 'date', l.ordered_at = o.ordered_at, 'store', l.store_id is not distinct from o.store_id)
                                order by l.line)
                          from order_lines l join catalog_terms p on p.workspace_id = o.workspace_id and p.id = l.product_id
                          left join catalog_terms c on c.workspace_id = o.workspace_id and c.id = l.category_id
                         where l.workspace_id = o.workspace_id and l.order_number = o.id and l.member_id = o.member_id), '[]') as lines
         from orders o join members m on m.workspace_id = o.workspace_id and m.id = o.member_id
         left join catalog_terms s on s.workspace_id = o.workspace_id and s.id = o.store_id
        where o.workspace_id = $1 and o.counted order by o.order_id`,
      workspaceId,
    );
  }

  async function storedSummaries(workspaceId: string) {
    return rows(
      `select m.external_id as "memberId", purchase_count as "purchaseCount", purchase_total::float8 as "purchaseTotal",
              purchase_quantity::int as quantity, first_purchase_at as first, last_purchase_at as last,
              coalesce(array(select extract(epoch from t)::float8 * 1000 from unnest(h.ordered_at) with ordinality x (t, n) order by n), '{}')
                as "orderedAt",
              coalesce(h.total_sums::float8[], '{}') as "totalSums", coalesce(h.quantity_sums::int[], '{}') as "quantitySums"
         from members m left join purchase_histories h on h.workspace_id = m.workspace_id and h.member_id = m.id
        where m.workspace_id = $1 order by 1`,
      workspaceId,
    );
  }

  it('are worth what the contract says, in whatever order and batches their events are posted', async () => {
    await fc.assert(
      fc.asyncProperty(cases, async (given) => {
        const workspaceId = await post(given);
        const expected = countedOrders(given.events).sort((a, b) => (a.orderId < b.orderId ? -1 : 1));
        expect(await storedOrders(workspaceId)).toEqual(
          expected.map((order) => ({
            ...order,
            quantity: order.lines.reduce((sum, { quantity }) => sum + quantity, 0),
            lines: order.lines.map((one) => ({ ...one, date: true, store: true })),
          })),
        );
        const members = [...new Set(given.events.map(({ memberId }) => memberId))].sort();
        const summaries = members.map((memberId) => {
          const summary = summaryOf(memberId, expected);
          const [first, last] = [summary.orderedAt[0], summary.orderedAt.at(-1)];
          const date = (ms?: number) => (ms === undefined ? null : new Date(ms));
          return { memberId, ...summary, first: date(first), last: date(last) };
        });
        expect(await storedSummaries(workspaceId)).toEqual(summaries);
        const [strays] = await rows(
          `select count(*)::int from order_lines l where workspace_id = $1
              and not exists (select from orders o where o.workspace_id = $1 and o.id = l.order_number and o.counted)`,
          workspaceId,
        );
        expect(strays.count).toBe(0);
      }),
      { seed: 20261120, numRuns: 150 },
    );
  }, 120_000);
});
