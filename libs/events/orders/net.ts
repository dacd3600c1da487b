/** A line of an order in numbers: `total` in minor units, product and category by their catalog numbers. */
export interface Line {
  /** Its place in the statement, from 0. */
  line: number;
  productId: number;
  categoryId: number | null;
  quantity: number;
  total: number;
}

/** What was asked back of an order, summed over its refunds. */
export interface Refunded {
  /** Minor units, capped at 2^53 − 1: no order is worth more. */
  total: number;
  /** Units by product. */
  returned: Map<number, number>;
}

/** What refunds leave of an order. */
export interface Net {
  /** Whether anything is left; nothing else is told of an order that does not count. */
  counted: boolean;
  total: number;
  quantity: number;
  /** Those of which something is left. */
  lines: Line[];
}

/**
 * @param total as stated
 * @param lines as stated, or as earlier refunds have left them if `returned` is only what came since
 * @param refunded all of the order's refunds; undefined if there are none
 */
export function netOf(
  { total, lines }: { total: number; lines: Line[] },
  refunded: Refunded | undefined,
  returned = refunded?.returned,
): Net {
  const left = Math.max(0, total - (refunded?.total ?? 0));
  // An order given away counts; one that refunds have brought to nothing does not.
  if (refunded && left === 0) return { counted: false, total: 0, quantity: 0, lines: [] };
  const kept = returned?.size ? takeBack(lines, returned) : lines;
  return { counted: true, total: left, quantity: kept.reduce((sum, { quantity }) => sum + quantity, 0), lines: kept };
}

/** Both together. */
export function addRefunds(a: Refunded | undefined, b: Refunded): Refunded {
  if (!a) return b;
  const returned = new Map(a.returned);
  for (const [product, units] of b.returned) returned.set(product, capped((returned.get(product) ?? 0) + units));
  return { total: capped(a.total + b.total), returned };
}

/** Units come off the lines of their product in the lines' order; what is left keeps its unit price. */
function takeBack(lines: Line[], returned: Map<number, number>): Line[] {
  const toTake = new Map(returned);
  return lines.flatMap((line) => {
    const taken = Math.min(line.quantity, toTake.get(line.productId) ?? 0);
    if (taken === 0) return [line];
    toTake.set(line.productId, toTake.get(line.productId)! - taken);
    const quantity = line.quantity - taken;
    return quantity === 0 ? [] : [{ ...line, quantity, total: (line.total / line.quantity) * quantity }];
  });
}

function capped(sum: number): number {
  return Math.min(sum, Number.MAX_SAFE_INTEGER);
}
