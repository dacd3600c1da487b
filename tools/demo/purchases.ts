import { readFileSync } from 'node:fs';
import { currencyDecimals, startOfLocalDay } from '#kernel';

/** One purchase event in the form of `POST /v1/events`. */
export interface Purchase {
  id: string;
  type: 'purchase';
  memberId: string;
  occurredAt: string;
  orderId: string;
  total: number;
  lines: { productId: string; category?: string; quantity: number; unitPrice: number }[];
}

export interface PurchaseFile {
  shop: { name: string; timeZone: string; currency: string };
  purchases: Purchase[];
  /** The local day after the last purchase: the day on which the file is complete. */
  asOf: string;
}

/**
 * Reads a file of purchases: the CDNOW master file (a header, then fixed columns customer, YYYYMMDD, number of CDs,
 * dollars), or CSV with the header `event_id,member_id,occurred_on,total,category,product_id,quantity`.
 * @throws Error naming the first line that does not fit
 */
export function readPurchases(path: string): PurchaseFile {
  const lines = readFileSync(path, 'utf8').split(/\r?\n/);
  const header = lines.shift() ?? '';
  const cdnow = /^\s*customer_id\s+date\s+number_of_cds\s+dollar_value/.test(header);
  const shop = cdnow
    ? { name: 'CDNOW', timeZone: 'America/New_York', currency: 'USD' }
    : { name: 'つなぎ珈琲店', timeZone: 'Asia/Tokyo', currency: 'JPY' };
  const read = cdnow ? fromCdnow : fromCsv;
  const rows = lines.flatMap((line, index) => (line.trim() ? [read(line, index + 2)] : []));
  const lastDay = rows.reduce((last, row) => (row.day > last ? row.day : last), '');
  if (!lastDay) throw new Error(`${path} holds no purchase.`);
  const next = new Date(`${lastDay}T00:00:00Z`);
  next.setUTCDate(next.getUTCDate() + 1);
  return {
    shop,
    purchases: rows.map((row) => toPurchase(row, shop)),
    asOf: next.toISOString().slice(0, 10),
  };
}

interface Row {
  id: string;
  member: string;
  /** `YYYY-MM-DD` in the shop's time zone. */
  day: string;
  total: number;
  category?: string;
  product: string;
  quantity: number;
}

/** The file holds purchases that are identical to the letter, so a row is known by its line number. */
function fromCdnow(line: string, number: number): Row {
  const match = /^\s*(\d+)\s+(\d{4})(\d\d)(\d\d)\s+(\d+)\s+(\d+\.\d\d)\s*$/.exec(line);
  if (!match) throw new Error(`Line ${number} is not a purchase: ${line}`);
  const [, member = '', year, month, day, quantity, total] = match;
  return {
    id: `line-${number}`,
    member,
    day: `${year}-${month}-${day}`,
    total: Number(total),
    category: 'music',
    product: 'cd',
    quantity: Number(quantity),
  };
}

function fromCsv(line: string, number: number): Row {
  const [id, member, day, total, category, product, quantity] = line.split(',');
  if (!id || !member || !day || !total || !product || !quantity)
    throw new Error(`Line ${number} is not a purchase: ${line}`);
  return {
    id,
    member,
    day,
    total: Number(total),
    category: category || undefined,
    product,
    quantity: Number(quantity),
  };
}

function toPurchase(row: Row, shop: PurchaseFile['shop']): Purchase {
  const { id, member, day, total, category, product, quantity } = row;
  const smallest = 10 ** currencyDecimals(shop.currency);
  const unitPrice = Math.round((total * smallest) / quantity) / smallest;
  return {
    id,
    type: 'purchase',
    memberId: member,
    occurredAt: startOfLocalDay(day, shop.timeZone).toISOString(),
    orderId: id,
    total,
    // The files give an order's total, not its items' prices: they are one line of the whole.
    lines: quantity > 0 ? [{ productId: product, category, quantity, unitPrice }] : [],
  };
}
