import type { ProductCard } from '#products';
import type { RestockStart } from '../definition/starts.js';
import type { JourneyEvent } from '../machine/run.js';

/** People one restock is told to: more than ever ask, and as many as one transaction should name. */
export const MOST_PEOPLE = 100_000;
const USUAL_MINUTES = 60;

/** A product is back. */
export interface Restock {
  /** The same whenever the same is told. */
  seq: string;
  /** The company's own id. */
  productId: string;
  at: Date;
}

/** People who come in together. */
export interface Lot {
  /** members.id */
  memberIds: string[];
  /** Milliseconds after the first lot. */
  later: number;
}

/** @param people members.id, in the order in which they are told */
export function lotsOf(people: readonly string[], { first, everyMinutes = USUAL_MINUTES }: RestockStart): Lot[] {
  const lots: Lot[] = [];
  const size = first ?? people.length;
  for (let from = 0; from < people.length; from += size)
    lots.push({ memberIds: people.slice(from, from + size), later: lots.length * everyMinutes * 60_000 });
  return lots;
}

/**
 * What a restock is to a member who is told of it.
 * @param at when they are, milliseconds since 1970
 * @param card what is known of the product by then
 */
export function restockEvent({ seq, ...restock }: Restock, at: number, card: ProductCard | undefined): JourneyEvent {
  const { name, price, imageUrl, url } = card ?? {};
  const { productId } = restock;
  const body = { productId, restockedAt: restock.at.toISOString(), name, price, imageUrl, url };
  return { seq: `restock:${seq}`, type: 'restock', at, body };
}
