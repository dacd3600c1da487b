import { AppError, currencyDecimals, toMinor, type FieldError } from '#kernel';
import type { CartEvent } from './cart.event.js';
import type { Event } from './event-kinds.js';
import type { PurchaseEvent } from './purchase.event.js';
import type { RefundEvent } from './refund.event.js';

/** The amounts of a purchase or refund in minor units; numbers, because each is at most 2^53 − 1. */
export interface Amounts {
  total: number;
  /** Quantity times unit price of each line. */
  lineTotals: number[];
}

const NONE: Amounts = { total: 0, lineTotals: [] };
/** Below this many minor units, neighbouring doubles lie so close that scaling and rounding finds the amount. */
const EXACT = 1e14;

/** An event's amounts in minor units of a currency, or the place of one that the currency cannot express. */
export function amountsOf(event: Event, currency: string): Amounts | FieldError {
  if (event.type === 'cart') return priced(event.items, '/items', currency);
  if (event.type !== 'purchase' && event.type !== 'refund') return NONE;
  const total = minorUnits(event.total, currency);
  if (typeof total === 'string') return { path: '/total', detail: total };
  if (!event.lines) return { total, lineTotals: [] };
  const lines = priced(event.lines, '/lines', currency);
  return 'path' in lines ? lines : { total, lineTotals: lines.lineTotals };
}

export function hasAmounts(event: Event): event is PurchaseEvent | RefundEvent | CartEvent {
  return event.type === 'purchase' || event.type === 'refund' || event.type === 'cart';
}

function priced(
  items: { quantity: number; unitPrice: number }[],
  path: string,
  currency: string,
): Amounts | FieldError {
  const lineTotals: number[] = [];
  for (const { quantity, unitPrice } of items) {
    const price = minorUnits(unitPrice, currency);
    const place = `${path}/${lineTotals.length}/unitPrice`;
    if (typeof price === 'string') return { path: place, detail: price };
    const total = price * quantity;
    if (total > Number.MAX_SAFE_INTEGER) return { path: place, detail: 'is too large for its quantity' };
    lineTotals.push(total);
  }
  return { total: 0, lineTotals };
}

/** The same as the kernel's `toMinor`, of which most amounts do not need the exactness; a refusal is a text. */
function minorUnits(amount: number, currency: string): number | string {
  const scale = 10 ** currencyDecimals(currency);
  const scaled = Math.round(amount * scale);
  if (scaled < EXACT && scaled / scale === amount) return scaled;
  try {
    return Number(toMinor(amount, currency));
  } catch (error) {
    if (error instanceof AppError) return error.message;
    throw error;
  }
}
