/** A purchase with everything it leads to, made from a running number alone. */
export interface Purchase {
  id: string;
  orderId: string;
  member: number;
  occurredAt: string;
  total: number;
  store: number;
  lines: { product: number; category: number; quantity: number; unitPrice: number }[];
}

export const PRODUCTS = 4_000;
export const CATEGORIES = 40;
export const STORES = 50;
const start = Date.parse('2026-01-01T00:00:00Z');

/** Purchases come in order of time, one each half second, from members at random; half of them have one line, half two. */
export function purchase(n: number, members: number): Purchase {
  const random = scrambled(n);
  const lines = Array.from({ length: 1 + (n % 2) }, (_, line) => {
    const product = scrambled(random + line) % PRODUCTS;
    return {
      product,
      category: product % CATEGORIES,
      quantity: 1 + (product % 3),
      unitPrice: 100 + 10 * (product % 90),
    };
  });
  return {
    id: `event-${n}`,
    orderId: `order-${n}`,
    member: random % members,
    occurredAt: new Date(start + n * 500).toISOString(),
    total: lines.reduce((sum, { quantity, unitPrice }) => sum + quantity * unitPrice, 0),
    store: random % STORES,
    lines,
  };
}

/** As it is posted. */
export function toEvent({ id, orderId, member, occurredAt, total, store, lines }: Purchase): object {
  return {
    id,
    type: 'purchase',
    memberId: memberId(member),
    occurredAt,
    orderId,
    total,
    storeId: `store-${store}`,
    lines: lines.map(({ product, category, quantity, unitPrice }) => ({
      productId: `product-${product}`,
      name: `商品 ${product}`,
      category: `category-${category}`,
      quantity,
      unitPrice,
    })),
  };
}

export function memberId(member: number): string {
  return `member-${member}`;
}

/** A well-mixed 31-bit number from a running one (the finaliser of MurmurHash3). */
function scrambled(n: number): number {
  let h = n | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) & 0x7fffffff;
}
