import type { Line, Refunded } from './net.js';

/** What a purchase event says of an order. */
export interface Statement {
  orderId: string;
  /** External id. */
  member: string;
  /** Milliseconds since 1970. */
  orderedAt: number;
  storeId: number | null;
  /** Minor units. */
  total: number;
  lines: Line[];
}

/** What one member's refunds in a batch take back from an order. */
export interface OrderRefund {
  orderId: string;
  /** External id. */
  member: string;
  refunded: Refunded;
}

/** An order as it is stored. */
export interface OrderState {
  orderId: string;
  /** `orders.id` */
  number: number;
  /** External id. */
  member: string;
  /** Null while only refunds are known. */
  orderedAt: number | null;
  storeId: number | null;
  total: number;
  /** What earlier refunds have left; none where the order is not counted. */
  lines: Line[];
  /** All refunds so far, by member. */
  refunds: Map<string, Refunded>;
}
