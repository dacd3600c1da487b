import pg from 'pg';
import { purchase, toEvent, type Purchase } from './purchases.js';

const WORKSPACE = '01900000-0000-7000-8000-000000000001';

/** One purchase's rows: one of `events`, one of `orders`, one or two of `order_lines`; no member, sum or history. */
const EVENTS = `
  INSERT INTO events (workspace_id, id, type, member_id, occurred_at, received_at, body)
  SELECT '${WORKSPACE}', id, 'purchase', member, at, at, body
    FROM unnest($1::text[], $2::bigint[], $3::timestamptz[], $4::jsonb[]) AS n (id, member, at, body)`;
const ORDERS = `
  INSERT INTO orders (workspace_id, order_id, id, member_id, ordered_at, store_id, stated_total, net_total, net_quantity, counted)
  OVERRIDING SYSTEM VALUE
  SELECT '${WORKSPACE}', order_id, number, member, at, store, total, total, quantity, true
    FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::timestamptz[], $5::integer[], $6::bigint[], $7::bigint[])
      AS n (order_id, number, member, at, store, total, quantity)`;
const LINES = `
  INSERT INTO order_lines (workspace_id, order_number, line, member_id, ordered_at, product_id, category_id, store_id, quantity, total)
  SELECT '${WORKSPACE}', number, line, member, at, product, category, store, quantity, total
    FROM unnest($1::bigint[], $2::smallint[], $3::bigint[], $4::timestamptz[], $5::integer[], $6::integer[], $7::integer[],
                $8::bigint[], $9::bigint[])
      AS n (number, line, member, at, product, category, store, quantity, total)`;

export interface RawLoad {
  url: string;
  members: number;
  from: number;
  /** Transactions, each of `size` purchases. */
  transactions: number;
  size: number;
  connections: number;
}

interface Statements {
  events: unknown[];
  orders: unknown[];
  lines: unknown[];
}

/** The least that storing purchases takes: their bare rows by three prepared statements and a commit. @returns per second */
export async function insertRaw({ url, members, from, transactions, size, connections }: RawLoad): Promise<number> {
  const statements = Array.from({ length: transactions }, (_, t) => {
    const numbers = Array.from({ length: size }, (_, n) => from + t * size + n);
    return statementsOf(numbers, members);
  });
  const rest = statements.values();
  const clients = Array.from({ length: connections }, () => new pg.Client(url));
  await Promise.all(clients.map((client) => client.connect()));
  try {
    await Promise.all(clients.map((client) => client.query(`SET app.workspace_id = '${WORKSPACE}'`)));
    const begin = performance.now();
    await Promise.all(clients.map((client) => insertAll(client, rest)));
    return (transactions * size) / ((performance.now() - begin) / 1000);
  } finally {
    await Promise.all(clients.map((client) => client.end()));
  }
}

async function insertAll(client: pg.Client, rest: Iterable<Statements>): Promise<void> {
  for (const { events, orders, lines } of rest) {
    await client.query('BEGIN');
    await client.query({ name: 'events', text: EVENTS, values: events });
    await client.query({ name: 'orders', text: ORDERS, values: orders });
    await client.query({ name: 'lines', text: LINES, values: lines });
    await client.query('COMMIT');
  }
}

function statementsOf(numbers: number[], members: number): Statements {
  const rows = numbers.map((number) => ({ number, ...purchase(number, members) }));
  const lines = rows.flatMap((row) => row.lines.map((line, place) => ({ ...row, ...line, place })));
  const at = (all: Purchase[]) => all.map(({ occurredAt }) => occurredAt);
  return {
    events: [rows.map((r) => r.id), rows.map((r) => r.member), at(rows), rows.map(bodyOf)],
    orders: [
      rows.map((r) => r.orderId),
      rows.map((r) => r.number),
      rows.map((r) => r.member),
      at(rows),
      rows.map((r) => r.store),
      rows.map((r) => r.total),
      rows.map((r) => r.lines.reduce((sum, { quantity }) => sum + quantity, 0)),
    ],
    lines: [
      lines.map((l) => l.number),
      lines.map((l) => l.place),
      lines.map((l) => l.member),
      at(lines),
      lines.map((l) => l.product),
      lines.map((l) => l.category),
      lines.map((l) => l.store),
      lines.map((l) => l.quantity),
      lines.map((l) => l.quantity * l.unitPrice),
    ],
  };
}

function bodyOf(row: Purchase): string {
  const {
    id: _id,
    type: _type,
    memberId: _memberId,
    occurredAt: _at,
    ...body
  } = toEvent(row) as Record<string, unknown>;
  return JSON.stringify(body);
}
