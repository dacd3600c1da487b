import { describe, expect, it } from '@jest/globals';
import { event } from '../testing/walking.js';
import { satisfies, testedValues } from './event-tests.js';

const AT = '2027-03-01T10:00:00Z';
const start = event('cart', AT, { cartId: 'A', items: [{ productId: 'mug' }, { productId: 'tea' }] });
const order = (body: object) => event('purchase', AT, { orderId: '5', total: 100, ...body });
const lines = (...productIds: string[]) => ({ lines: productIds.map((productId) => ({ productId, quantity: 2 })) });
const holds = (test: object, body: object = {}) => satisfies([test as never], order(body), start);

describe('a test of an event', () => {
  it.each<[string, object, object, boolean]>([
    ['an equal value', { field: 'orderId', equals: '5' }, {}, true],
    ['a value of another type', { field: 'orderId', equals: 5 }, {}, false],
    ['one of several values', { field: 'orderId', in: ['4', '5'] }, {}, true],
    ['a missing value', { field: 'storeId', equals: 'x' }, {}, false],
    ['a number that is large enough', { field: 'total', gte: 100 }, {}, true],
    ['a number that is too large', { field: 'total', lte: 99.5 }, {}, false],
    ['a text as a number', { field: 'orderId', gte: 1 }, {}, false],
    ['a value in any item of a list', { field: 'lines.productId', equals: 'tea' }, lines('mug', 'tea'), true],
    ['a value in no item', { field: 'lines.productId', equals: 'cup' }, lines('mug', 'tea'), false],
    ['a list with items', { field: 'lines', exists: true }, lines('mug'), true],
    ['an empty list', { field: 'lines', exists: true }, lines(), false],
    ['an empty list that must not be', { field: 'lines', exists: false }, lines(), true],
    ['no list at all', { field: 'lines', exists: false }, {}, true],
    [
      'an item of the start',
      { field: 'lines.productId', sharedWithStart: 'items.productId' },
      lines('cup', 'tea'),
      true,
    ],
    ['no item of the start', { field: 'lines.productId', sharedWithStart: 'items.productId' }, lines('cup'), false],
    ['nothing beside the start', { field: 'lines.productId', sharedWithStart: 'items.productId' }, {}, false],
    ['another value than the start', { field: 'orderId', differsFromStart: 'cartId' }, {}, true],
    ['a value of the start', { field: 'lines.productId', differsFromStart: 'items.productId' }, lines('tea'), false],
    ['no value where it is to differ', { field: 'storeId', differsFromStart: 'cartId' }, {}, false],
    ['a value where the start has none', { field: 'orderId', differsFromStart: 'url' }, {}, false],
    ['a field that every object has', { field: 'constructor', exists: true }, {}, false],
    ['a field of a text', { field: 'orderId.length', exists: true }, {}, false],
  ])('of %s', (_, test, body, expected) => expect(holds(test, body)).toBe(expected));

  it('holds only with all others, and none is none', () => {
    const tests = [
      { field: 'orderId', equals: '5' },
      { field: 'total', gte: 500 },
    ];
    expect(satisfies(tests, order({}), start)).toBe(false);
    expect(satisfies(tests, order({ total: 500 }), start)).toBe(true);
    expect(satisfies([], order({}), start)).toBe(true);
    expect(satisfies(undefined, order({}), start)).toBe(true);
  });

  it('tells what it looked at, in short', () => {
    const tests = [
      { field: 'lines.productId', equals: 'x' },
      { field: 'lines', exists: true },
      { field: 'storeId', equals: 'x' },
      { field: 'orderId', equals: 'x' },
    ];
    const body = { ...lines('1', '2', '3', '4', '5', '6'), orderId: '𠮷'.repeat(200) };
    const told = testedValues(tests, order(body));
    expect(told).toMatchObject({ 'lines.productId': ['1', '2', '3', '4', '5'], storeId: [] });
    expect(told['lines']).toEqual(['…', '…', '…', '…', '…']);
    expect(told['orderId']).toEqual(['𠮷'.repeat(50)]);
    const odd = testedValues(tests, order({ orderId: `x${'𠮷'.repeat(200)}` }))['orderId']![0] as string;
    expect(odd.isWellFormed()).toBe(true);
  });
});
