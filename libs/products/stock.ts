/** As Google Merchant has them. */
export const AVAILABILITIES = ['in_stock', 'out_of_stock', 'preorder', 'backorder'] as const;
export type Availability = (typeof AVAILABILITIES)[number];

export interface Stock {
  /** Units; null: not counted. */
  stock: number | null;
  availability: Availability;
}

/** What is said of a product's stock; what is absent was not spoken of. */
export type StockStatement = Partial<Stock>;

/** Whether it can be bought and sent now. Ordering ahead is not having it; neither is a shelf known to be empty. */
export function isInStock({ stock, availability }: Stock): boolean {
  return availability === 'in_stock' && stock !== 0;
}

/**
 * The stock after a statement. Where only one of count and availability is stated, the other must not contradict it
 * from an earlier time: a shop that only counts says "in stock" by a number above 0, one that only says "in stock" takes
 * back an earlier 0.
 * @param before undefined for a new product
 */
export function restock(before: Stock | undefined, { stock, availability }: StockStatement): Stock {
  const known = { stock: before?.stock ?? null, availability: before?.availability ?? 'in_stock' };
  if (stock === undefined && availability === undefined) return known;
  if (stock === undefined) return { availability: availability!, stock: countBeside(availability!, known.stock) };
  if (availability === undefined) return { stock, availability: availabilityBeside(stock, known.availability) };
  return { stock, availability };
}

function countBeside(availability: Availability, count: number | null): number | null {
  if (availability === 'in_stock') return count === 0 ? null : count;
  return count === null ? null : 0;
}

function availabilityBeside(count: number | null, availability: Availability): Availability {
  if (count === null) return availability;
  if (count > 0) return 'in_stock';
  return availability === 'in_stock' ? 'out_of_stock' : availability;
}
