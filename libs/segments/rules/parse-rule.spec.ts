import { describe, expect, it } from '@jest/globals';
import { AppError } from '#kernel';
import { parseRule } from './parse-rule.js';

type Plain = Record<string, unknown>;

const gold: Plain = { kind: 'rank', in: ['gold'] };

/** Paths of what is refused in a rule that stands at /rule; empty where it is taken. */
function refused(plain: unknown): string[] {
  try {
    parseRule(plain, '/rule');
    return [];
  } catch (error) {
    if (error instanceof AppError && error.status === 400) return error.extra.errors!.map(({ path }) => path);
    throw error;
  }
}

describe('A rule', () => {
  it.each<[string, Plain]>([
    ['every kind of group', { kind: 'all', rules: [{ kind: 'any', rules: [{ kind: 'not', rule: gold }] }] }],
    ['a window of days', { kind: 'visit', within: { days: 36_500 } }],
    ['a window open at one end', { kind: 'visit', within: { to: '2026-04-01' } }],
    [
      'an instant beside a bare date',
      { kind: 'visit', within: { from: '2026-04-01T00:00:00+09:00', to: '2026-04-02' } },
    ],
    ['a bound at both ends', { kind: 'purchase', total: { gte: 10, lte: 10 }, quantity: { lte: 0 } }],
    ['text of 1,000 units', { kind: 'tag', any: ['𠮷'.repeat(500)] }],
    ['a negative number of an attribute', { kind: 'attribute', name: 'x', gte: -5 }],
    ['a percentage with two decimals', { kind: 'sample', percent: 0.07 }],
    ['an empty text', { kind: 'browsed', where: { urlContains: '' } }],
  ])('may have %s', (_, plain) => expect(refused(plain)).toEqual([]));

  it.each<[string, unknown, string]>([
    ['nothing', null, '/rule'],
    ['a list', [gold], '/rule'],
    ['no kind', { in: ['gold'] }, '/rule/kind'],
    ['an unknown kind', { kind: 'ranks' }, '/rule/kind'],
    ['a kind of every object', { kind: 'constructor' }, '/rule/kind'],
    [
      'an unknown kind deep inside',
      { kind: 'all', rules: [gold, { kind: 'not', rule: { kind: 'x' } }] },
      '/rule/rules/1/rule/kind',
    ],
    ['an unknown field', { ...gold, 'a/b~c': 1 }, '/rule/a~1b~0c'],
    ['an unknown field in a window', { kind: 'visit', within: { days: 1, hours: 2 } }, '/rule/within/hours'],
    ['an empty list of rules', { kind: 'any', rules: [] }, '/rule/rules'],
    ['no rules', { kind: 'all' }, '/rule/rules'],
    ['a group with one rule too little', { kind: 'not' }, '/rule/rule'],
    ['an empty list', { kind: 'rank', in: [] }, '/rule/in'],
    ['a missing list', { kind: 'rank' }, '/rule/in'],
    ['a value instead of a list', { kind: 'rank', in: 'gold' }, '/rule/in'],
    ['a wrong type in a list', { kind: 'rank', in: ['gold', 5] }, '/rule/in/1'],
    ['null', { kind: 'rank', in: null }, '/rule/in'],
    ['text of 1,001 units', { kind: 'tag', any: ['x'.repeat(1001)] }, '/rule/any/0'],
    ['a NUL', { kind: 'tag', any: ['a\0'] }, '/rule/any/0'],
    ['half a character', { kind: 'tag', any: ['\ud800'] }, '/rule/any/0'],
    ['neither of two', { kind: 'birth-month' }, '/rule'],
    ['both of two', { kind: 'birth-month', in: [1], relative: 'next' }, '/rule'],
    ['month 13', { kind: 'birth-month', in: [1, 13] }, '/rule/in/1'],
    ['a fraction of a month', { kind: 'birth-month', in: [1.5] }, '/rule/in/0'],
    ['an empty bound', { kind: 'visit', count: {} }, '/rule/count'],
    ['a bound that nothing meets', { kind: 'visit', count: { gte: 2, lte: 1 } }, '/rule/count'],
    ['a fraction of a visit', { kind: 'visit', count: { gte: 1.5 } }, '/rule/count/gte'],
    ['less than no visit', { kind: 'visit', count: { gte: -1 } }, '/rule/count/gte'],
    ['more visits than numbers are exact', { kind: 'visit', count: { gte: 1e308 } }, '/rule/count/gte'],
    ['a number as text', { kind: 'visit', count: { gte: '1' } }, '/rule/count/gte'],
    ['a negative amount', { kind: 'purchase', total: { gte: -1 } }, '/rule/total/gte'],
    ['an amount that nobody has', { kind: 'purchase', total: { lte: 1e308 } }, '/rule/total/lte'],
    ['an empty window', { kind: 'purchase', within: {} }, '/rule/within'],
    ['days and an end', { kind: 'purchase', within: { days: 1, to: '2026-01-01' } }, '/rule/within'],
    ['a fraction of a day', { kind: 'purchase', within: { days: 0.5 } }, '/rule/within/days'],
    ['36,501 days', { kind: 'purchase', within: { days: 36_501 } }, '/rule/within/days'],
    ['a day that does not exist', { kind: 'purchase', within: { from: '2026-02-30' } }, '/rule/within/from'],
    ['an instant without offset', { kind: 'purchase', within: { to: '2026-02-03T00:00:00' } }, '/rule/within/to'],
    ['the year 1600', { kind: 'purchase', within: { from: '1600-01-01' } }, '/rule/within/from'],
    ['an empty where', { kind: 'purchase', where: {} }, '/rule/where'],
    ['an unknown place to look', { kind: 'purchase', where: { brand: ['x'] } }, '/rule/where/brand'],
    ['an empty list in where', { kind: 'browsed', where: { category: [] } }, '/rule/where/category'],
    ['a store of a page view', { kind: 'browsed', where: { store: ['x'] } }, '/rule/where/store'],
    ['a missing truth', { kind: 'link' }, '/rule/linked'],
    ['an unknown route', { kind: 'link', linked: true, route: 'walk' }, '/rule/route'],
    ['an unknown role', { kind: 'link', linked: true, role: 'owner' }, '/rule/role'],
    ['an unknown state', { kind: 'friend', state: 'friends' }, '/rule/state'],
    ['an attribute without a question', { kind: 'attribute', name: 'x' }, '/rule'],
    ['an attribute with two questions', { kind: 'attribute', name: 'x', gte: 1, lte: 2 }, '/rule'],
    ['a list where a value is asked', { kind: 'attribute', name: 'x', equals: ['a'] }, '/rule/equals'],
    ['text that is no date as a bound', { kind: 'attribute', name: 'x', gte: 'yesterday' }, '/rule/gte'],
    ['a question without an attribute', { kind: 'attribute', exists: true }, '/rule/name'],
    ['more than everybody', { kind: 'sample', percent: 100.01 }, '/rule/percent'],
    ['a percentage with three decimals', { kind: 'sample', percent: 0.125 }, '/rule/percent'],
    ['a very small percentage', { kind: 'sample', percent: 1e-7 }, '/rule/percent'],
    ['a salt that is a number', { kind: 'sample', percent: 1, salt: 5 }, '/rule/salt'],
  ])('must not have %s', (_, plain, path) => expect(refused(plain)).toEqual([path]));

  it('names every offending place', () => {
    const rules = [{ kind: 'rank', in: [] }, { kind: 'x' }, { kind: 'visit', count: { gte: 'a' }, extra: 1 }];
    expect(refused({ kind: 'all', rules })).toEqual([
      '/rule/rules/0/in',
      '/rule/rules/1/kind',
      '/rule/rules/2/extra',
      '/rule/rules/2/count/gte',
    ]);
  });

  it('may be eight deep, a lone condition having one, and no deeper', () => {
    expect(refused(nested(8))).toEqual([]);
    expect(refused(nested(9))).toEqual(['/rule' + '/rule'.repeat(8)]);
  });

  it('may have a hundred nodes, its groups included, and no more', () => {
    expect(refused({ kind: 'all', rules: Array(99).fill(gold) })).toEqual([]);
    expect(refused({ kind: 'all', rules: Array(100).fill(gold) })).toEqual(['/rule/rules/99']);
  });

  it('is refused, and nothing else happens, where it is far too deep or far too wide', () => {
    expect(refused(nested(100_000))).toHaveLength(1);
    expect(refused({ kind: 'any', rules: Array(100_000).fill(gold) })).toEqual(['/rule/rules/99']);
  });
});

function nested(depth: number): Plain {
  let rule = gold;
  for (let level = 1; level < depth; level++) rule = { kind: 'not', rule };
  return rule;
}
