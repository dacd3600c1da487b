import { describe, expect, it } from '@jest/globals';
import { googleProduct } from './google-product.js';

function read(fields: Record<string, string>, currency = 'JPY') {
  const all = { id: '1', title: 't', price: '5', ...fields };
  const row = { line: 2, end: 0, lineAfter: 0, prologue: 0, fields: new Map(Object.entries(all)) };
  return googleProduct(row, currency);
}

describe('a row of a feed', () => {
  it('becomes a product', () => {
    const fields = {
      ...{ price: '1,200.00 JPY', sale_price: '980 jpy', image_link: 'https://i', link: 'https://p' },
      ...{ availability: 'In Stock', product_type: '飲料 > 茶', quantity: '3', description: 'ignored' },
    };
    expect(read(fields)).toEqual({
      product: {
        ...{ productId: '1', name: 't', price: 1200, salePrice: 980, category: '飲料 > 茶' },
        ...{ imageUrl: 'https://i', url: 'https://p', stock: 3, availability: 'in_stock' },
      },
    });
  });

  it('clears what it does not say, but leaves the stock to those who say something of it', () => {
    expect(read({ sale_price: ' ', quantity: '' })).toEqual({
      product: { productId: '1', name: 't', price: 5, salePrice: null, category: null, imageUrl: null, url: null },
    });
  });

  it.each<[Record<string, string>, string]>([
    [{ price: 'free' }, 'price is not an amount such as 1200 JPY'],
    [{ price: '5 USD' }, 'price is in USD, not in JPY'],
    [{ price: '-5' }, 'price is not an amount such as 1200 JPY'],
    [{ price: '1,2' }, 'price is not an amount such as 1200 JPY'],
    [{ price: '' }, 'price is missing'],
    [{ title: '' }, 'title is missing'],
    [{ quantity: '1.5' }, 'quantity is not a whole number of 0 or more'],
    [{ inventory: 'many' }, 'inventory is not a whole number of 0 or more'],
    [{ quantity: '999999999999' }, 'quantity must not be greater than 100000000'],
    [{ availability: 'soon' }, 'availability is none of in_stock, out_of_stock, preorder, backorder'],
    [{ link: 'javascript:alert(1)' }, 'link must be an http:// or https:// address'],
    [{ image_url: 'https://with space' }, 'image_url must be an http:// or https:// address'],
    [{ id: 'x'.repeat(129) }, 'id must be 1 to 128 characters without control characters'],
    [{ price: 'x', sale_price: 'y' }, 'price is not an amount such as 1200 JPY; sale_price is not'],
  ])('with %j is refused by the feed’s own names', (fields, detail) => {
    expect(read(fields)).toEqual({ refusal: { code: 'request.invalid', detail: expect.stringContaining(detail) } });
  });
});
