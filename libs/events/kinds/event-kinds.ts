import { check, oneOf, type Checked } from '#kernel';
import { BookingEvent } from './booking.event.js';
import { BrowseEvent } from './browse.event.js';
import { CartEvent } from './cart.event.js';
import { trackingUrlOf } from './parcel-tracking.js';
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

/** An event as it was posted, with what follows from that alone. @param path JSON pointer of the place where it stands */
export function readEvent(item: unknown, path?: string): Checked<Event> {
  const checked: Checked<Event> = check(eventKinds, item, path);
  if (checked.value?.type === 'shipment') addTracking(checked.value);
  return checked;
}

/** A shop may know a better one. */
function addTracking(shipment: ShipmentEvent): void {
  const { carrier, trackingNumber, trackingUrl } = shipment;
  if (trackingUrl !== undefined || carrier === undefined || trackingNumber === undefined) return;
  const found = trackingUrlOf(carrier, trackingNumber);
  if (found !== undefined) shipment.trackingUrl = found;
}

/** External id of the member it happened to; undefined for a restock. */
export function memberOf(event: Event): string | undefined {
  return event.type === 'restock' ? undefined : event.memberId;
}
