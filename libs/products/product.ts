import { toMinor, AppError } from '#kernel';
import type { ProductWriteDto } from './products.dto.js';
import type { Refusal } from './products.errors.js';
import { isInStock, restock, type Stock, type StockStatement } from './stock.js';

/** A product; amounts in minor units. */
export interface Product extends Stock {
  productId: string;
  name: string;
  category: string | null;
  price: bigint;
  salePrice: bigint | null;
  imageUrl: string | null;
  url: string | null;
}

type Described = Pick<Product, 'category' | 'salePrice' | 'imageUrl' | 'url'>;

/** What somebody says a product is; what is absent stays. */
export interface ProductStatement extends Partial<Described>, StockStatement {
  productId: string;
  name: string;
  price: bigint;
}

const nothingDescribed: Described = { category: null, salePrice: null, imageUrl: null, url: null };

/** @returns the statement in minor units, or which amount the currency does not have */
export function statementOf(product: ProductWriteDto, currency: string): ProductStatement | Refusal {
  const { price, salePrice, ...others } = product;
  try {
    const amounts = {
      price: minor('price', price, currency),
      ...(salePrice !== undefined && {
        salePrice: salePrice === null ? null : minor('salePrice', salePrice, currency),
      }),
    };
    return { ...others, ...amounts };
  } catch (error) {
    if (error instanceof AppError) return { code: error.code, detail: error.message };
    throw error;
  }
}

function minor(field: string, amount: number, currency: string): bigint {
  try {
    return toMinor(amount, currency);
  } catch (error) {
    if (error instanceof AppError) throw new AppError(error.code, error.status, `/${field} ${error.message}`);
    throw error;
  }
}

/** The product after a statement. @param before undefined for a new one */
export function stated(before: Product | undefined, statement: ProductStatement): Product {
  const { productId, name, price, stock, availability, ...described } = statement;
  const kept = before ?? nothingDescribed;
  return {
    ...{ productId, name, price },
    category: described.category === undefined ? kept.category : described.category,
    salePrice: described.salePrice === undefined ? kept.salePrice : described.salePrice,
    imageUrl: described.imageUrl === undefined ? kept.imageUrl : described.imageUrl,
    url: described.url === undefined ? kept.url : described.url,
    ...restock(before, { stock, availability }),
  };
}

const fields = [
  ...(['name', 'price', 'category', 'salePrice', 'imageUrl', 'url'] as const),
  ...(['stock', 'availability'] as const),
];

export function isSame(a: Product, b: Product): boolean {
  return fields.every((field) => a[field] === b[field]);
}

/** Whether it was away and is back. */
export function cameBack(before: Product, after: Product): boolean {
  return !isInStock(before) && isInStock(after);
}
