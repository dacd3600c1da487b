import type { Client } from 'pg';
import { AS_OF, CHANNEL, WORKSPACE } from '../segments/generated-shop.js';

export const EVENTS = 1_000_000;

const workspace = `'${WORKSPACE}'::uuid`;
const product = (n: string) => `'product-' || floor(4000 * raw.uniform(${n}, 73))`;

/**
 * Carts (7 of 10) and purchases of the generated shop's members over its last 90 days, in the order in which they came.
 * A cart has one to three items with names, pictures and addresses; one in ten was emptied; a member has two at a time.
 */
const GENERATE = `
  INSERT INTO events (workspace_id, id, type, member_id, occurred_at, received_at, body)
    SELECT ${workspace}, 'event-' || n, type, member_id, at, at,
           CASE type
             WHEN 'purchase' THEN jsonb_build_object('orderId', 'event-' || n, 'total', 1000,
               'lines', jsonb_build_array(jsonb_build_object('productId', ${product('n')}, 'quantity', 1, 'unitPrice', 1000)))
             ELSE jsonb_build_object('cartId', member_id || '-' || n % 2, 'url', 'https://shop.example/cart/' || n, 'items', items)
           END
      FROM (SELECT n, 1 + floor(raw.uniform(n, 70) * $1::bigint)::bigint AS member_id,
                   CASE WHEN raw.uniform(n, 71) < 0.7 THEN 'cart' ELSE 'purchase' END AS type,
                   date_trunc('milliseconds', timestamptz '${AS_OF}' - (1 - n::float8 / ${EVENTS}) * interval '90 days') AS at
              FROM generate_series(1, ${EVENTS}) n) e
     CROSS JOIN LATERAL (
       SELECT coalesce(jsonb_agg(jsonb_build_object('productId', ${product('n * 10 + i')}, 'name', '商品 ' || i, 'quantity', i,
                'unitPrice', 500 * i, 'imageUrl', 'https://shop.example/pictures/' || i || '.jpg')), '[]') AS items
         FROM generate_series(1, CASE WHEN raw.uniform(n, 72) < 0.1 THEN 0 ELSE 1 + n % 3 END) i) items
     ORDER BY n`;

/** Makes them, unless the shop has them. */
export async function ensureEvents(owner: Client, members: number, log: (line: string) => void): Promise<void> {
  const { rows } = await owner.query<{ count: string }>('SELECT count(*) FROM events');
  if (Number(rows[0]!.count) === EVENTS) return;
  log(`making ${EVENTS} events`);
  await owner.query('TRUNCATE events');
  await owner.query(GENERATE, [members]);
  await owner.query('VACUUM (ANALYZE) events');
}

const bubble = {
  type: 'bubble',
  hero: {
    type: 'image',
    url: '{{item.imageUrl | fallback: "https://shop.example/picture.jpg"}}',
    size: 'full',
    aspectRatio: '1:1',
    aspectMode: 'cover',
  },
  body: {
    type: 'box',
    layout: 'vertical',
    contents: [
      { type: 'text', text: '{{item.name | fallback: "商品"}}', weight: 'bold', wrap: true },
      { type: 'text', text: '{{item.unitPrice}}円 × {{item.quantity}}', size: 'sm' },
    ],
  },
  footer: {
    type: 'box',
    layout: 'vertical',
    contents: [
      {
        type: 'button',
        style: 'primary',
        action: {
          type: 'uri',
          label: 'カートに戻る',
          uri: '{{event.url | fallback: "https://shop.example/cart"}}',
        },
      },
    ],
  },
};

const messages = [
  { type: 'text', text: 'カートに商品が残っています。' },
  {
    type: 'flex',
    altText: 'カートに商品が残っています。',
    contents: { type: 'carousel', contents: [{ forEach: 'event.items', max: 10, item: bubble }] },
  },
];

/** The ready journey for carts that were left, twice, for linked members who have bought for 3,000 yen in a year. */
export const cartAbandonment = {
  channelId: CHANNEL,
  start: { on: 'event', event: 'cart', where: [{ field: 'items', exists: true }] },
  filter: {
    kind: 'all',
    rules: [
      { kind: 'link', linked: true },
      { kind: 'purchase', total: { gte: 3_000 }, within: { days: 365 } },
    ],
  },
  reentry: { key: ['cartId'], repeat: 'restart' },
  steps: [
    { id: 'wait', kind: 'wait', for: { hours: 1 } },
    { id: 'remind', kind: 'send', messages, atMost: { count: 1, days: 7 } },
    { id: 'wait-a-day', kind: 'wait', for: { days: 1 } },
    { id: 'remind-again', kind: 'send', messages, atMost: { count: 1, days: 7 } },
  ],
  cancel: [
    { event: 'purchase', where: [{ field: 'lines.productId', sharedWithStart: 'items.productId' }] },
    {
      event: 'cart',
      where: [
        { field: 'cartId', sharedWithStart: 'cartId' },
        { field: 'items', exists: false },
      ],
    },
    { event: 'cart', where: [{ field: 'cartId', differsFromStart: 'cartId' }] },
  ],
};
