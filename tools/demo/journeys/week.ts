/** The clocks of the shop. */
export const OFFSET = '+09:00';
/** A Monday, before the shop opens. */
export const MONDAY = '2027-03-01';
export const MEMBERS = 12;

/** A ready journey that the shop has switched on, by its template. */
export interface SwitchedOn {
  template: string;
  options: object;
}

const URL = 'https://shop.example';

export const JOURNEYS: readonly SwitchedOn[] = [
  { template: 'cart-abandonment', options: { cartUrl: `${URL}/cart`, second: true } },
  { template: 'shipment-notice', options: { url: `${URL}/orders` } },
  { template: 'shipment-notice', options: { url: `${URL}/orders`, status: 'delivered' } },
  { template: 'purchase-thanks', options: { url: `${URL}/orders` } },
  { template: 'booking-reminder', options: { url: `${URL}/bookings`, hoursBefore: 3 } },
  { template: 'restock', options: { url: URL, browsedWithinDays: 30 } },
  { template: 'visit-thanks', options: { url: `${URL}/coupons` } },
];

/** An event as the shop posts it, but for its id. */
export interface Happening {
  type: string;
  memberId?: string;
  occurredAt: string;
  [field: string]: unknown;
}

/** An instant of the week: day 0 is Monday. */
export function at(day: number, time: string): string {
  const date = new Date(Date.parse(`${MONDAY}T00:00:00Z`) + day * 86_400_000).toISOString().slice(0, 10);
  return `${date}T${time}:00${OFFSET}`;
}

export function member(number: number): string {
  return `W${String(number).padStart(2, '0')}`;
}

const ITEMS = {
  beans: { productId: 'beans', name: 'ブレンド豆 200g', unitPrice: 1_200 },
  dripper: { productId: 'dripper', name: '陶器ドリッパー', unitPrice: 2_400 },
  mug: { productId: 'mug', name: '波佐見焼マグ', unitPrice: 1_800 },
};
type Item = keyof typeof ITEMS;

function cart(when: string, who: number, cartId: string, items: Item[]): Happening {
  const lines = items.map((item) => ({ ...ITEMS[item], quantity: 1 }));
  return { type: 'cart', memberId: member(who), occurredAt: when, cartId, items: lines, url: `${URL}/cart/${cartId}` };
}

function purchase(when: string, who: number, orderId: string, items: Item[]): Happening {
  const lines = items.map((item) => ({ ...ITEMS[item], category: 'coffee', quantity: 1 }));
  const total = lines.reduce((sum, { unitPrice }) => sum + unitPrice, 0);
  return { type: 'purchase', memberId: member(who), occurredAt: when, orderId, total, lines };
}

function shipment(when: string, who: number, orderId: string, status: string): Happening {
  const parcel = { carrier: 'ヤマト運輸', trackingNumber: `4567-${orderId}` };
  return { type: 'shipment', memberId: member(who), occurredAt: when, orderId, status, ...parcel };
}

function booking(
  when: string,
  who: number,
  bookingId: string,
  change: { startsAt: string; status: string },
): Happening {
  return { type: 'booking', memberId: member(who), occurredAt: when, bookingId, title: 'コーヒー教室', ...change };
}

/** What happens in the shop that week, in order. */
export const WEEK: readonly Happening[] = [
  // Left for good: two reminders; changed once, so the first comes an hour after the change.
  cart(at(0, '09:00'), 1, 'A', ['beans']),
  cart(at(0, '09:30'), 1, 'A', ['beans', 'mug']),
  // Rescued before the reminder by buying one of its items.
  cart(at(0, '10:00'), 2, 'B', ['beans', 'dripper']),
  purchase(at(0, '10:40'), 2, 'O-1', ['dripper']),
  // Emptied, and filled again the next day.
  cart(at(0, '11:00'), 3, 'C', ['mug']),
  cart(at(0, '11:20'), 3, 'C', []),
  // A newer cart takes the place of an older one.
  cart(at(0, '12:00'), 4, 'D', ['mug']),
  cart(at(0, '12:10'), 4, 'E', ['beans']),
  // Reminded, and bought then: no second reminder.
  cart(at(0, '13:00'), 5, 'F', ['dripper']),
  purchase(at(0, '15:00'), 5, 'O-2', ['dripper']),
  // The shop stutters: each parcel is told of several times.
  shipment(at(0, '16:00'), 2, 'O-1', 'shipped'),
  shipment(at(0, '16:00'), 2, 'O-1', 'shipped'),
  shipment(at(0, '16:05'), 2, 'O-1', 'shipped'),
  // Looked at what is sold out.
  { type: 'browse', memberId: member(8), occurredAt: at(0, '17:00'), url: `${URL}/kettle`, productId: 'kettle' },
  { type: 'browse', memberId: member(9), occurredAt: at(0, '17:10'), url: `${URL}/kettle`, productId: 'kettle' },
  booking(at(0, '18:00'), 6, 'K-1', { startsAt: at(2, '15:00'), status: 'booked' }),
  booking(at(0, '18:10'), 7, 'K-2', { startsAt: at(4, '10:00'), status: 'booked' }),
  shipment(at(1, '09:00'), 5, 'O-2', 'shipped'),
  shipment(at(1, '09:00'), 5, 'O-2', 'shipped'),
  // Moved by a day, before anything was said of the old time.
  booking(at(1, '10:00'), 6, 'K-1', { startsAt: at(3, '15:00'), status: 'changed' }),
  cart(at(1, '12:00'), 3, 'C', ['mug']),
  shipment(at(2, '08:30'), 2, 'O-1', 'delivered'),
  { type: 'restock', occurredAt: at(2, '09:00'), productId: 'kettle' },
  booking(at(2, '11:00'), 7, 'K-2', { startsAt: at(4, '10:00'), status: 'cancelled' }),
  { type: 'visit', memberId: member(10), occurredAt: at(2, '14:00'), storeId: 'shibuya' },
  shipment(at(3, '08:30'), 5, 'O-2', 'delivered'),
  shipment(at(3, '08:31'), 5, 'O-2', 'delivered'),
  // Booked later than the day before: told at once, and three hours before.
  booking(at(3, '09:00'), 11, 'K-3', { startsAt: at(3, '14:00'), status: 'booked' }),
  // Another cart in the same week: nobody is reminded twice in seven days.
  cart(at(3, '20:00'), 4, 'G', ['dripper']),
  purchase(at(4, '12:00'), 12, 'O-3', ['beans', 'mug']),
  shipment(at(5, '10:00'), 12, 'O-3', 'shipped'),
  { type: 'visit', memberId: member(10), occurredAt: at(5, '14:00'), storeId: 'shibuya' },
  shipment(at(6, '10:00'), 12, 'O-3', 'delivered'),
];

/** When the week is over, reminders included. */
export const SUNDAY_NIGHT = at(6, '23:59');
