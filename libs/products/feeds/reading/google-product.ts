import { check, type FieldError } from '#kernel';
import { ProductWriteDto } from '../../products.dto.js';
import type { Refusal } from '../../products.errors.js';
import { AVAILABILITIES } from '../../stock.js';
import type { FeedRow } from './feed-row.js';

/** Google Merchant's names of what we keep, and some that shops use for the same; the first that is there holds. */
const NAMES: Record<keyof ProductWriteDto, string[]> = {
  productId: ['id', 'product_id', 'productid'],
  name: ['title', 'name'],
  category: ['product_type', 'category', 'google_product_category'],
  price: ['price'],
  salePrice: ['sale_price'],
  imageUrl: ['image_link', 'image_url'],
  url: ['link', 'url'],
  stock: ['quantity', 'stock', 'inventory'],
  availability: ['availability'],
};

const AMOUNT = /^(\d+|\d{1,3}(?:,\d{3})+)(\.\d+)?(?:\s*([A-Za-z]{3}))?$/;

/** What a row says of a product, or why it says nothing. */
export type ReadRow = { product: ProductWriteDto } | { refusal: Refusal };

/** @param currency of the workspace; amounts in another one are refused */
export function googleProduct({ fields, refusal }: FeedRow, currency: string): ReadRow {
  if (refusal) return { refusal };
  const wrong: string[] = [];
  const say = (name: keyof ProductWriteDto, read: (text: string) => unknown) => {
    const text = valueOf(fields, name);
    const value = text === undefined ? undefined : read(text);
    if (value instanceof Unreadable) wrong.push(`${columnOf(fields, name)} ${value.detail}`);
    return value;
  };
  const plain = {
    productId: valueOf(fields, 'productId'),
    name: valueOf(fields, 'name'),
    price: say('price', (text) => amountOf(text, currency)),
    // A feed says all there is to say, but for the stock, which many leave to other ways.
    salePrice: say('salePrice', (text) => amountOf(text, currency)) ?? null,
    category: valueOf(fields, 'category') ?? null,
    imageUrl: valueOf(fields, 'imageUrl') ?? null,
    url: valueOf(fields, 'url') ?? null,
    stock: say('stock', unitsOf),
    availability: say('availability', availabilityOf),
  };
  if (wrong.length > 0) return { refusal: { code: 'request.invalid', detail: wrong.join('; ') } };
  const { value, errors } = check(ProductWriteDto, withoutUndefined(plain));
  return errors ? { refusal: malformed(errors, fields) } : { product: value };
}

/** The company's id of the product that a row names, also where nothing else of it is right. */
export function productIdOf({ fields }: FeedRow): string | undefined {
  return valueOf(fields, 'productId');
}

/** Google's name of a column without which no row can be read; undefined where all are there. */
export function missingColumn(columns: readonly string[]): string | undefined {
  const needed = [NAMES.productId, NAMES.name, NAMES.price];
  return needed.find((names) => !names.some((name) => columns.includes(name)))?.[0];
}

class Unreadable {
  constructor(readonly detail: string) {}
}

function valueOf(fields: FeedRow['fields'], name: keyof ProductWriteDto): string | undefined {
  for (const column of NAMES[name]) {
    const text = fields.get(column)?.trim();
    if (text) return text;
  }
  return undefined;
}

/** The name under which the feed has it; Google's where it has not. */
function columnOf(fields: FeedRow['fields'], name: keyof ProductWriteDto): string {
  return NAMES[name].find((column) => fields.get(column)?.trim()) ?? NAMES[name][0]!;
}

function amountOf(text: string, currency: string): number | Unreadable {
  const [, whole, decimals = '', stated = currency] = AMOUNT.exec(text) ?? [];
  if (whole === undefined) return new Unreadable(`is not an amount such as 1200 ${currency}`);
  if (stated.toUpperCase() !== currency) return new Unreadable(`is in ${stated.toUpperCase()}, not in ${currency}`);
  return Number(whole.replaceAll(',', '') + decimals);
}

function unitsOf(text: string): number | Unreadable {
  return /^\d{1,15}$/.test(text) ? Number(text) : new Unreadable('is not a whole number of 0 or more');
}

function availabilityOf(text: string): string | Unreadable {
  const value = text.toLowerCase().replace(/[\s-]+/g, '_');
  const known = AVAILABILITIES.some((one) => one === value);
  return known ? value : new Unreadable(`is none of ${AVAILABILITIES.join(', ')}`);
}

function withoutUndefined(plain: object): object {
  return Object.fromEntries(Object.entries(plain).filter(([, value]) => value !== undefined));
}

/** Our own paths are not the feed's names. */
function malformed(errors: FieldError[], fields: FeedRow['fields']): Refusal {
  const detail = errors
    .map(({ path, detail: why }) => `${columnOf(fields, path.slice(1) as 'name')} ${why}`)
    .join('; ');
  return { code: 'request.invalid', detail };
}
