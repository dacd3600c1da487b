import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { AVAILABILITIES, isInStock, restock, type Availability, type Stock, type StockStatement } from './stock.js';

const stocks = fc.option(fc.integer({ min: 0, max: 3 }), { nil: null });
const stockOf = fc.record<Stock>({ stock: stocks, availability: fc.constantFrom(...AVAILABILITIES) });
const stateOf = fc.record<StockStatement>(
  { stock: stocks, availability: fc.constantFrom(...AVAILABILITIES) },
  { requiredKeys: [] },
);

describe('the stock of a product', () => {
  const full: Stock = { stock: 3, availability: 'in_stock' };
  const empty: Stock = { stock: 0, availability: 'out_of_stock' };

  it.each<[string, Stock | undefined, StockStatement, Stock]>([
    ['new and not spoken of', undefined, {}, { stock: null, availability: 'in_stock' }],
    ['new with a count', undefined, { stock: 2 }, { stock: 2, availability: 'in_stock' }],
    ['new and counted to nothing', undefined, { stock: 0 }, { stock: 0, availability: 'out_of_stock' }],
    ['not spoken of', empty, {}, empty],
    ['counted to nothing', full, { stock: 0 }, empty],
    ['counted again', empty, { stock: 1 }, { stock: 1, availability: 'in_stock' }],
    ['said to be there', empty, { availability: 'in_stock' }, { stock: null, availability: 'in_stock' }],
    ['said to be gone', full, { availability: 'out_of_stock' }, empty],
    ['not counted any more', full, { stock: null }, { stock: null, availability: 'in_stock' }],
    ['not counted any more while gone', empty, { stock: null }, { stock: null, availability: 'out_of_stock' }],
    ['to be ordered ahead', full, { availability: 'preorder' }, { stock: 0, availability: 'preorder' }],
    ['both', full, { stock: 0, availability: 'in_stock' }, { stock: 0, availability: 'in_stock' }],
  ])('%s', (_name, before, statement, after) => {
    expect(restock(before, statement)).toEqual(after);
  });

  it('is none where the count is 0, whatever else is said', () => {
    expect(isInStock({ stock: 0, availability: 'in_stock' })).toBe(false);
    expect(isInStock({ stock: null, availability: 'in_stock' })).toBe(true);
    expect(isInStock({ stock: 5, availability: 'preorder' })).toBe(false);
  });

  it('is what the latest statement says, from whichever stock, and the same when it is said again', () => {
    fc.assert(
      fc.property(stockOf, stateOf, (before, statement) => {
        const after = restock(before, statement);
        expect(restock(after, statement)).toEqual(after);
        const { stock, availability } = statement;
        if (stock === undefined && availability === undefined) expect(after).toEqual(before);
        if (availability !== undefined) expect(after.availability).toBe(availability);
        if (stock !== undefined) expect(after.stock).toBe(stock);
        if (availability === undefined && typeof stock === 'number') expect(isInStock(after)).toBe(stock > 0);
        if (stock === undefined && availability !== undefined)
          expect(isInStock(after)).toBe((availability satisfies Availability) === 'in_stock');
      }),
      { seed: 17, numRuns: 500 },
    );
  });
});
