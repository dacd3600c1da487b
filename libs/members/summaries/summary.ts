/**
 * What a batch of events adds to a member's summary. Instants are milliseconds since 1970, all through the ingest: a
 * `Date` for each would cost more than the rest.
 */
export interface SummaryAddition {
  externalId: string;
  visits: number;
  firstVisitAt: number | null;
  lastVisitAt: number | null;
  /** Counted orders. */
  purchases: number;
  /** Minor units. */
  total: number;
  /** Units over all lines. */
  quantity: number;
  firstPurchaseAt: number | null;
  lastPurchaseAt: number | null;
}

/** A member after an addition. */
export interface AddedTo {
  /** Inside id. */
  memberId: string;
  /** Before the addition; null for a member who had bought nothing. */
  lastPurchaseAt: number | null;
  /** After it: minor units. */
  purchaseTotal: bigint;
  purchaseQuantity: bigint;
}

/** What all counted orders of a member come to. */
export interface PurchaseSummary {
  /** Inside id. */
  memberId: string;
  count: number;
  /** Minor units, net of refunds. */
  total: bigint;
  /** Units left over all lines. */
  quantity: bigint;
  firstAt: number | null;
  lastAt: number | null;
}
