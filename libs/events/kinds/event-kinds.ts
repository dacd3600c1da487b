import { oneOf } from '#kernel';
import { BookingEvent } from './booking.event.js';
import { BrowseEvent } from './browse.event.js';
import { CartEvent } from './cart.event.js';
import { PurchaseEvent } from './purchase.event.js';
import { RefundEvent } from './refund.event.js';
import { RestockEvent } from './restock.event.js';
import { ShipmentEvent } from './shipment.event.js';
import { VisitEvent } from './visit.event.js';

/** Every kind of event, by its `type`; a new one is a file here and a line in this list. */
export const eventKinds = oneOf('type', () => ({
  purchase: PurchaseEvent,
  refund: RefundEvent,
  cart: CartEvent,
  shipment: ShipmentEvent,
  visit: VisitEvent,
  booking: BookingEvent,
  browse: BrowseEvent,
  restock: RestockEvent,
}));

export type Event =
  PurchaseEvent | RefundEvent | CartEvent | ShipmentEvent | VisitEvent | BookingEvent | BrowseEvent | RestockEvent;

/** External id of the member it happened to; undefined for a restock. */
export function memberOf(event: Event): string | undefined {
  return event.type === 'restock' ? undefined : event.memberId;
}
