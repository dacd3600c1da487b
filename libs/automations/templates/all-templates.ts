import { birthday } from './birthday.template.js';
import { bookingReminder } from './booking-reminder.template.js';
import { cartAbandonment } from './cart-abandonment.template.js';
import type { JourneyTemplate } from './journey-template.js';
import { linkThanks } from './link-thanks.template.js';
import { purchaseThanks } from './purchase-thanks.template.js';
import { rankUp } from './rank-up.template.js';
import { restock } from './restock.template.js';
import { shipmentNotice } from './shipment-notice.template.js';
import { subscriptionOrder } from './subscription-order.template.js';
import { visitThanks } from './visit-thanks.template.js';
import { welcome } from './welcome.template.js';
import { winBack } from './win-back.template.js';

/** Every ready journey; a new one is a file here and its line in this list. */
export const TEMPLATES: readonly JourneyTemplate[] = [
  cartAbandonment,
  shipmentNotice,
  purchaseThanks,
  subscriptionOrder,
  restock,
  bookingReminder,
  birthday,
  welcome,
  linkThanks,
  visitThanks,
  rankUp,
  winBack,
];
