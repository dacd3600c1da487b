import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from '#testing';
import { features } from '../../../apps/api/app.module.js';
import { rank, Shop, type Json } from './shop.js';

const attribute = (name: string, asked: Json): Json => ({ kind: 'attribute', name, ...asked });

describe('The contract of conditions', () => {
  let app: TestApp;
  let shop: Shop;

  beforeAll(async () => void (app = await createTestApp({ imports: features })));
  afterAll(() => app.close());
  beforeEach(async () => void (shop = await Shop.open(app)));

  /** What members have; what is asked; who matches. */
  type Case = [members: Record<string, Json>, rule: Json, who: string[]];

  it.each<Case>([
    [{ a: { rank: 'gold' }, b: { rank: 'Gold' }, c: {} }, rank('gold'), ['a']],
    [{ a: { rank: 'gold' }, b: { rank: 'silver' }, c: { rank: 'x' } }, rank('gold', 'silver'), ['a', 'b']],
    [{ a: { rank: 'ＡＢ' }, b: { rank: 'AB' } }, rank('AB'), ['b']],
    [{ a: { rank: 'が' }, b: { rank: 'か\u3099' } }, rank('が'), ['a']],
    [{ a: { rank: 'x ' }, b: { rank: 'x' } }, rank('x'), ['b']],
    [{ a: { rank: 'gold' }, b: {} }, { kind: 'not', rule: rank('gold') }, ['b']],
    [{ a: { birthMonth: 5 }, b: { birthDate: '1990-05-31' }, c: {} }, { kind: 'birth-month', in: [5] }, ['a', 'b']],
    [{ a: { birthMonth: 5 }, b: {} }, { kind: 'not', rule: { kind: 'birth-month', in: [4, 5] } }, ['b']],
    [{ a: { tags: ['x', 'y'] }, b: { tags: ['X'] }, c: {} }, { kind: 'tag', any: ['y', 'z'] }, ['a']],
    [{ a: { tags: ['x'] }, b: { tags: [] }, c: {} }, { kind: 'not', rule: { kind: 'tag', any: ['x'] } }, ['b', 'c']],
    [{ a: { registeredAt: '2020-01-01T00:00:00Z' }, b: {} }, { kind: 'registered' }, ['a']],
    [
      { a: { rank: 'x', tags: ['t'] }, b: { rank: 'x' } },
      { kind: 'all', rules: [rank('x'), { kind: 'tag', any: ['t'] }] },
      ['a'],
    ],
    [
      { a: { tags: ['t'] }, b: { rank: 'x' }, c: {} },
      { kind: 'any', rules: [rank('x'), { kind: 'tag', any: ['t'] }] },
      ['a', 'b'],
    ],
    [{ a: {}, b: {} }, { kind: 'visit', count: { lte: 0 } }, ['a', 'b']],
    [{ a: {}, b: {} }, { kind: 'purchase', count: { gte: 0 } }, ['a', 'b']],
    [{ a: {} }, { kind: 'purchase', total: { lte: 0 } }, []],
    [{ a: {} }, { kind: 'purchase', total: { gte: 0 } }, []],
    [{ a: {} }, { kind: 'purchase', quantity: { gte: 0 } }, []],
    [{ a: {} }, { kind: 'purchase', count: { lte: 0 }, total: { lte: 0 } }, ['a']],
    [{ a: {} }, { kind: 'purchase', count: { lte: 0 }, quantity: { gte: 0, lte: 0 } }, ['a']],
    [{ a: {} }, { kind: 'purchase', count: { lte: 0 }, total: { gte: 1 } }, []],
    [{ a: {} }, { kind: 'sample', percent: 0 }, []],
    [{ a: {} }, { kind: 'sample', percent: 100 }, ['a']],
    [{ a: {} }, { kind: 'sample', percent: 0, salt: 's' }, []],
    [{ a: {} }, { kind: 'sample', percent: 100, salt: 's' }, ['a']],
  ])('among %j, %j holds for %j', async (members, rule, who) => {
    for (const [id, body] of Object.entries(members)) await shop.put(id, body);
    expect(await shop.who(rule)).toEqual(who);
    const rest = Object.keys(members).filter((id) => !who.includes(id));
    expect(await shop.who({ kind: 'not', rule })).toEqual(rest);
  });

  const values: Record<string, unknown> = {
    n5: 5,
    s5: '5',
    yes: true,
    syes: 'true',
    no: false,
    half: 0.1,
    text: 'abc',
    empty: '',
    list: ['abc', '5'],
    none: [],
    day: '2026-03-01',
    late: '2026-12-31',
    unday: '2026-02-30',
    short: '2026-3-1',
    moment: '2026-03-01T00:00:00Z',
  };

  it('asks attributes by value and type', async () => {
    for (const [id, v] of Object.entries(values)) await shop.put(id, { attributes: { v } });
    await shop.put('missing', { attributes: { other: 5 } });
    const everyone = [...Object.keys(values), 'missing'].sort();
    const cases: [Json, string[]][] = [
      [{ equals: 5 }, ['n5']],
      [{ equals: '5' }, ['list', 's5']],
      [{ equals: true }, ['yes']],
      [{ equals: 'true' }, ['syes']],
      [{ equals: false }, ['no']],
      [{ equals: 0.1 }, ['half']],
      [{ equals: 'abc' }, ['list', 'text']],
      [{ equals: 'ABC' }, []],
      [{ equals: 'ab' }, []],
      [{ equals: '' }, ['empty']],
      [{ equals: '2026-03-01' }, ['day']],
      [{ in: [5, 'abc'] }, ['list', 'n5', 'text']],
      [{ in: ['5', true] }, ['list', 's5', 'yes']],
      [{ gte: 5 }, ['n5']],
      [{ gte: 5.01 }, []],
      [{ lte: 5 }, ['half', 'n5']],
      [{ gte: 0 }, ['half', 'n5']],
      [{ lte: -1 }, []],
      [{ gte: '2026-03-01' }, ['day', 'late']],
      [{ gte: '2026-03-02' }, ['late']],
      [{ lte: '2026-03-01' }, ['day']],
      [{ lte: '9999-12-31' }, ['day', 'late']],
      [{ exists: true }, Object.keys(values).sort()],
      [{ exists: false }, ['missing']],
    ];
    for (const [asked, who] of cases) {
      expect([asked, await shop.who(attribute('v', asked))]).toEqual([asked, who]);
      const rest = everyone.filter((id) => !who.includes(id));
      expect([asked, await shop.who({ kind: 'not', rule: attribute('v', asked) })]).toEqual([asked, rest]);
    }
  });

  it.each(['a.b', "o'x", 'constructor', '日本', 'a b', '0', 'k/~', '$', '{a}'])(
    'finds the attribute %j',
    async (name) => {
      await shop.put('with', JSON.parse(JSON.stringify({ attributes: { x: 1 } }).replace('"x"', JSON.stringify(name))));
      await shop.put('without', { attributes: { n: 1 } });
      expect(await shop.who(attribute(name, { equals: 1 }))).toEqual(['with']);
      expect(await shop.who(attribute(name, { exists: true }))).toEqual(['with']);
    },
  );

  it.each<[string, Json, number]>([
    ['everything', {}, 6],
    ['product p', { where: { product: ['p'] } }, 2],
    ['category c', { where: { category: ['c'] } }, 1],
    ['product p in category c', { where: { product: ['p'], category: ['c'] } }, 1],
    ['product q or p', { where: { product: ['p', 'q'] } }, 2],
    ['/Sale', { where: { urlContains: '/Sale' } }, 1],
    ['/sale', { where: { urlContains: '/sale' } }, 1],
    ['%', { where: { urlContains: '%' } }, 1],
    ['_', { where: { urlContains: '_' } }, 1],
    ['a backslash', { where: { urlContains: '\\' } }, 1],
    ['%20', { where: { urlContains: '%20' } }, 1],
    ['product p and /sale', { where: { product: ['p'], urlContains: '/sale' } }, 1],
    ['product p and /Sale', { where: { product: ['p'], urlContains: '/Sale' } }, 0],
  ])('counts page views of %s', async (_, asked, count) => {
    await shop.did(
      { type: 'browse', url: 'https://a.b/sale', productId: 'p' },
      { type: 'browse', url: 'https://a.b/Sale', productId: 'P' },
      { type: 'browse', url: 'https://a.b/?q=%20', productId: 'p', category: 'c' },
      { type: 'browse', url: 'https://a.b/x_y' },
      { type: 'browse', url: 'https://a.b/x\\y' },
      { type: 'browse', url: 'https://a.b/xzy' },
    );
    expect((await shop.actual({ kind: 'browsed', ...asked })).count).toBe(count);
    expect(await shop.holds({ kind: 'browsed', ...asked })).toBe(count > 0);
    expect(await shop.holds({ kind: 'browsed', ...asked, count: { gte: count, lte: count } })).toBe(true);
    expect(await shop.holds({ kind: 'browsed', ...asked, count: { gte: count + 1 } })).toBe(false);
  });

  it.each<[Json, boolean]>([
    [{ kind: 'visit' }, true],
    [{ kind: 'visit', count: { gte: 3 } }, true],
    [{ kind: 'visit', count: { gte: 4 } }, false],
    [{ kind: 'visit', count: { lte: 3 } }, true],
    [{ kind: 'visit', count: { lte: 2 } }, false],
    [{ kind: 'visit', count: { gte: 3, lte: 3 } }, true],
    [{ kind: 'visit', count: { lte: 0 } }, false],
    [{ kind: 'visit', count: { gte: 0, lte: 0 }, within: { to: '2026-01-01' } }, true],
    [{ kind: 'purchase', total: { gte: 150 } }, true],
    [{ kind: 'purchase', total: { gte: 151 } }, false],
    [{ kind: 'purchase', total: { lte: 150 } }, true],
    [{ kind: 'purchase', total: { lte: 149 } }, false],
    [{ kind: 'purchase', quantity: { gte: 3, lte: 3 } }, true],
    [{ kind: 'purchase', quantity: { gte: 4 } }, false],
    [{ kind: 'purchase', count: { gte: 2 }, total: { gte: 100 }, quantity: { gte: 1 } }, true],
    [{ kind: 'purchase', count: { gte: 3 }, total: { gte: 100 } }, false],
    [{ kind: 'purchase', count: { lte: 0 }, where: { product: ['z'] } }, true],
    [{ kind: 'purchase', total: { lte: 0 }, where: { product: ['z'] } }, false],
  ])('with three visits and two orders of 150 together, %j is %s', async (rule, holds) => {
    const lines = [{ productId: 'p', quantity: 3, unitPrice: 20 }];
    await shop.did(...[1, 2, 3].map(() => ({ type: 'visit' })));
    await shop.did(
      { type: 'purchase', orderId: 'a', total: 100, lines },
      { type: 'purchase', orderId: 'b', total: 50 },
    );
    expect(await shop.holds(rule)).toBe(holds);
  });

  it('draws a stable share of the members, another one by another salt', async () => {
    const members = Array.from({ length: 1_000 }, (_, i) => ({ externalId: `m${i}` }));
    await shop.must('POST', '/v1/members/batch', { members });
    const draw = async (percent: number, salt?: string): Promise<string[]> => {
      const { items } = await shop.must(
        'GET',
        `/v1/segments/${await shop.segment({ kind: 'sample', percent, salt })}/members?limit=1000`,
      );
      return items.map(({ externalId }: { externalId: string }) => externalId);
    };
    const half = await draw(50);
    expect(half.length).toBeGreaterThan(420);
    expect(half.length).toBeLessThan(580);
    expect(await draw(50)).toEqual(half);
    const salted = await draw(50, 'other');
    const both = salted.filter((id) => half.includes(id)).length;
    expect(both).toBeGreaterThan(180);
    expect(both).toBeLessThan(320);
    expect(await draw(0)).toEqual([]);
    expect(await draw(100)).toHaveLength(1_000);
    const few = await draw(2.75);
    expect(few.length).toBeGreaterThan(8);
    expect(few.length).toBeLessThan(52);
    await shop.must('POST', '/v1/members/batch', { members: [{ externalId: 'new' }] });
    expect((await draw(50)).filter((id) => id !== 'new')).toEqual(half);
  });
});
