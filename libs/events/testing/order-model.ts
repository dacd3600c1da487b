/**
 * What the contract says of orders, as plainly as it can be written: everything is kept and reckoned anew for each
 * question. Specs hold the database against it.
 */
export interface PostedLine {
  productId: string;
  category?: string;
  quantity: number;
  unitPrice: number;
}

export interface PostedPurchase {
  type: 'purchase' | 'refund';
  orderId: string;
  memberId: string;
  /** Milliseconds. */
  occurredAt: number;
  total: number;
  lines?: PostedLine[];
  storeId?: string;
}

export interface ModelOrder {
  orderId: string;
  memberId: string;
  orderedAt: number;
  store: string | null;
  total: number;
  lines: { product: string; category: string | null; quantity: number; total: number }[];
}

/** The counted orders after these events, which are given in their order of arrival. */
export function countedOrders(posted: PostedPurchase[]): ModelOrder[] {
  const ids = [...new Set(posted.map(({ orderId }) => orderId))];
  return ids.flatMap((orderId) => {
    const ofOrder = posted.filter((event) => event.orderId === orderId);
    const statements = ofOrder.filter(({ type }) => type === 'purchase');
    const last = statements.reduce<PostedPurchase | undefined>(
      (best, one) => (best && best.occurredAt > one.occurredAt ? best : one),
      undefined,
    );
    if (!last) return [];
    const refunds = ofOrder.filter(({ type, memberId }) => type === 'refund' && memberId === last.memberId);
    const total = Math.max(0, last.total - sum(refunds.map((refund) => refund.total)));
    if (refunds.length > 0 && total === 0) return [];
    return [
      {
        orderId,
        memberId: last.memberId,
        orderedAt: last.occurredAt,
        store: last.storeId ?? null,
        total,
        lines: linesLeft(last, refunds),
      },
    ];
  });
}

function linesLeft(statement: PostedPurchase, refunds: PostedPurchase[]): ModelOrder['lines'] {
  // One entry a unit: a refunded unit strikes out the first one of its product.
  const units = (statement.lines ?? []).flatMap((line, at) =>
    Array.from({ length: line.quantity }, () => ({ at, productId: line.productId })),
  );
  for (const { productId, quantity } of refunds.flatMap(({ lines }) => lines ?? [])) {
    for (let n = 0; n < quantity; n++) {
      const found = units.findIndex((unit) => unit.productId === productId);
      if (found >= 0) units.splice(found, 1);
    }
  }
  return (statement.lines ?? []).flatMap(({ productId, category, unitPrice }, at) => {
    const quantity = units.filter((unit) => unit.at === at).length;
    return quantity === 0
      ? []
      : [{ product: productId, category: category ?? null, quantity, total: quantity * unitPrice }];
  });
}

export interface ModelSummary {
  purchaseCount: number;
  purchaseTotal: number;
  quantity: number;
  orderedAt: number[];
  totalSums: number[];
  quantitySums: number[];
}

/** A member's history; orders of one date in any order of theirs. */
export function summaryOf(memberId: string, orders: ModelOrder[]): ModelSummary {
  const own = orders.filter((order) => order.memberId === memberId).sort((a, b) => a.orderedAt - b.orderedAt);
  const totals = own.map(({ total }) => total);
  const quantities = own.map(({ lines }) => sum(lines.map(({ quantity }) => quantity)));
  return {
    purchaseCount: own.length,
    purchaseTotal: sum(totals),
    quantity: sum(quantities),
    orderedAt: own.map(({ orderedAt }) => orderedAt),
    totalSums: totals.map((_, at) => sum(totals.slice(0, at + 1))),
    quantitySums: quantities.map((_, at) => sum(quantities.slice(0, at + 1))),
  };
}

function sum(values: number[]): number {
  return values.reduce((a, b) => a + b, 0);
}
