import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createTestApp, type TestApp } from '#testing';
import { features } from '../../../apps/api/app.module.js';
import { paths, rank, Shop, type Json } from './shop.js';

const nobody = '00000000-0000-4000-8000-000000000000';
const long = 'x'.repeat(1_001);
const within = { days: 7 };

/** The rule and the pointer below `/rule` of what is wrong with it. */
const refusals: [unknown, string][] = [
  [undefined, ''],
  [null, ''],
  ['rank', ''],
  [[], ''],
  [{}, '/kind'],
  [{ in: ['gold'] }, '/kind'],
  [{ kind: 'nope' }, '/kind'],
  [{ kind: 5 }, '/kind'],
  [{ kind: '__proto__' }, '/kind'],
  [{ kind: 'constructor' }, '/kind'],
  [{ kind: 'all' }, '/rules'],
  [{ kind: 'any', rules: [] }, '/rules'],
  [{ kind: 'any', rules: rank('a') }, '/rules'],
  [{ kind: 'any', rules: [rank('a'), null] }, '/rules/1'],
  [{ kind: 'any', rules: [rank('a'), {}] }, '/rules/1/kind'],
  [{ kind: 'all', rules: [rank('a')], rule: rank('a') }, '/rule'],
  [{ kind: 'not' }, '/rule'],
  [{ kind: 'not', rule: null }, '/rule'],
  [{ kind: 'not', rule: [rank('a')] }, '/rule'],
  [{ kind: 'not', rule: rank('a'), rules: [] }, '/rules'],
  [{ kind: 'all', rules: [rank('a'), { kind: 'not', rule: rank() }] }, '/rules/1/rule/in'],
  [{ kind: 'rank' }, '/in'],
  [rank(), '/in'],
  [{ kind: 'rank', in: 'gold' }, '/in'],
  [{ kind: 'rank', in: null }, '/in'],
  [{ kind: 'rank', in: ['a', 1] }, '/in/1'],
  [{ kind: 'rank', in: ['a', long] }, '/in/1'],
  [{ ...rank('a'), 'a/b~c': 1 }, '/a~1b~0c'],
  [{ kind: 'birth-month', in: [] }, '/in'],
  [{ kind: 'birth-month', in: [1, 0] }, '/in/1'],
  [{ kind: 'birth-month', in: [13] }, '/in/0'],
  [{ kind: 'birth-month', in: [1.5] }, '/in/0'],
  [{ kind: 'birth-month', in: ['1'] }, '/in/0'],
  [{ kind: 'birth-month', relative: 'now' }, '/relative'],
  [{ kind: 'visit', nope: 1 }, '/nope'],
  [{ kind: 'visit', total: { gte: 1 } }, '/total'],
  [{ kind: 'visit', where: { store: ['s'] } }, '/where'],
  [{ kind: 'visit', count: {} }, '/count'],
  [{ kind: 'visit', count: 3 }, '/count'],
  [{ kind: 'visit', count: null }, '/count'],
  [{ kind: 'visit', count: [] }, '/count'],
  [{ kind: 'visit', count: { gte: -1 } }, '/count/gte'],
  [{ kind: 'visit', count: { gte: 1.5 } }, '/count/gte'],
  [{ kind: 'visit', count: { lte: '1' } }, '/count/lte'],
  [{ kind: 'visit', count: { gt: 1 } }, '/count/gt'],
  [{ kind: 'visit', within: {} }, '/within'],
  [{ kind: 'visit', within: 7 }, '/within'],
  [{ kind: 'visit', within: { days: -1 } }, '/within/days'],
  [{ kind: 'visit', within: { days: 36_501 } }, '/within/days'],
  [{ kind: 'visit', within: { days: 1.5 } }, '/within/days'],
  [{ kind: 'visit', within: { days: '1' } }, '/within/days'],
  [{ kind: 'visit', within: { days: null } }, '/within/days'],
  [{ kind: 'visit', within: { months: 1 } }, '/within/months'],
  [{ kind: 'visit', within: { from: '2026-02-30' } }, '/within/from'],
  [{ kind: 'visit', within: { from: '2026-04-01T00:00:00' } }, '/within/from'],
  [{ kind: 'visit', within: { to: 'today' } }, '/within/to'],
  [{ kind: 'visit', within: { to: 5 } }, '/within/to'],
  [{ kind: 'purchase', total: {} }, '/total'],
  [{ kind: 'purchase', total: { gte: 0.5 } }, '/total/gte'],
  [{ kind: 'purchase', total: { gte: '5' } }, '/total/gte'],
  [{ kind: 'purchase', quantity: {} }, '/quantity'],
  [{ kind: 'purchase', quantity: { gte: 0.5 } }, '/quantity/gte'],
  [{ kind: 'purchase', quantity: { lte: -1 } }, '/quantity/lte'],
  [{ kind: 'purchase', where: {} }, '/where'],
  [{ kind: 'purchase', where: { category: [] } }, '/where/category'],
  [{ kind: 'purchase', where: { product: 'p' } }, '/where/product'],
  [{ kind: 'purchase', where: { store: ['s', 5] } }, '/where/store/1'],
  [{ kind: 'purchase', where: { category: [long] } }, '/where/category/0'],
  [{ kind: 'purchase', where: { urlContains: 'a' } }, '/where/urlContains'],
  [{ kind: 'browsed', where: {} }, '/where'],
  [{ kind: 'browsed', where: { store: ['s'] } }, '/where/store'],
  [{ kind: 'browsed', where: { product: [] } }, '/where/product'],
  [{ kind: 'browsed', where: { urlContains: 5 } }, '/where/urlContains'],
  [{ kind: 'browsed', where: { urlContains: long } }, '/where/urlContains'],
  [{ kind: 'browsed', quantity: { gte: 1 } }, '/quantity'],
  [{ kind: 'link' }, '/linked'],
  [{ kind: 'link', linked: 'true' }, '/linked'],
  [{ kind: 'link', linked: true, role: 'boss' }, '/role'],
  [{ kind: 'link', linked: true, channelId: nobody }, '/channelId'],
  [{ kind: 'link', linked: true, channelId: 'x' }, '/channelId'],
  [{ kind: 'link', linked: true, within: {} }, '/within'],
  [{ kind: 'friend' }, '/state'],
  [{ kind: 'friend', state: 'foe' }, '/state'],
  [{ kind: 'friend', state: 'friend', channelId: nobody }, '/channelId'],
  [{ kind: 'friend', state: 'friend', within }, '/within'],
  [{ kind: 'registered', within: {} }, '/within'],
  [{ kind: 'registered', count: { gte: 1 } }, '/count'],
  [{ kind: 'tag' }, '/any'],
  [{ kind: 'tag', any: [] }, '/any'],
  [{ kind: 'tag', any: [1] }, '/any/0'],
  [{ kind: 'attribute', equals: 1 }, '/name'],
  [{ kind: 'attribute', name: 5, equals: 1 }, '/name'],
  [{ kind: 'attribute', name: 'a', equals: null }, '/equals'],
  [{ kind: 'attribute', name: 'a', equals: {} }, '/equals'],
  [{ kind: 'attribute', name: 'a', equals: ['x'] }, '/equals'],
  [{ kind: 'attribute', name: 'a', equals: long }, '/equals'],
  [{ kind: 'attribute', name: 'a', in: [] }, '/in'],
  [{ kind: 'attribute', name: 'a', in: 5 }, '/in'],
  [{ kind: 'attribute', name: 'a', in: [5, null] }, '/in/1'],
  [{ kind: 'attribute', name: 'a', gte: 'x' }, '/gte'],
  [{ kind: 'attribute', name: 'a', gte: '2026-02-30' }, '/gte'],
  [{ kind: 'attribute', name: 'a', gte: '5' }, '/gte'],
  [{ kind: 'attribute', name: 'a', lte: true }, '/lte'],
  [{ kind: 'attribute', name: 'a', lte: '2026-01-01T00:00:00Z' }, '/lte'],
  [{ kind: 'attribute', name: 'a', exists: 'yes' }, '/exists'],
  [{ kind: 'segment' }, '/id'],
  [{ kind: 'segment', id: nobody }, '/id'],
  [{ kind: 'segment', id: 'x' }, '/id'],
  [{ kind: 'segment', id: 5 }, '/id'],
  [{ kind: 'sample' }, '/percent'],
  [{ kind: 'sample', percent: -0.01 }, '/percent'],
  [{ kind: 'sample', percent: 100.01 }, '/percent'],
  [{ kind: 'sample', percent: 1.234 }, '/percent'],
  [{ kind: 'sample', percent: '10' }, '/percent'],
  [{ kind: 'sample', percent: 10, salt: 5 }, '/salt'],
];

/** Where several places could be named, it has to be at or below this one. */
const below: [Json, string][] = [
  [{ kind: 'birth-month' }, ''],
  [{ kind: 'birth-month', in: [1], relative: 'current' }, ''],
  [{ kind: 'visit', count: { gte: 2, lte: 1 } }, '/count'],
  [{ kind: 'purchase', total: { gte: 2, lte: 1 } }, '/total'],
  [{ kind: 'purchase', quantity: { gte: 2, lte: 1 } }, '/quantity'],
  [{ kind: 'visit', within: { days: 1, from: '2026-01-01' } }, '/within'],
  [{ kind: 'visit', within: { from: '2026-01-02', to: '2026-01-01' } }, '/within'],
  [{ kind: 'visit', within: { from: '2026-01-01', to: '2026-01-01' } }, '/within'],
  [{ kind: 'visit', within: { from: '2026-01-01', to: '2026-01-01T00:00:00+09:00' } }, '/within'],
  [{ kind: 'visit', within: { from: '2025-12-31T15:00:00Z', to: '2026-01-01' } }, '/within'],
  [{ kind: 'attribute', name: 'a' }, ''],
  [{ kind: 'attribute', name: 'a', equals: 1, in: [1] }, ''],
  [{ kind: 'attribute', name: 'a', gte: 1, lte: 2 }, ''],
  [{ kind: 'attribute', name: 'a', exists: true, equals: 1 }, ''],
];

const nested = (depth: number): unknown => (depth === 1 ? rank('a') : { kind: 'not', rule: nested(depth - 1) });
const wide = (nodes: number): unknown => ({ kind: 'any', rules: Array(nodes - 1).fill(rank('a')) });

describe('The contract of refused rules', () => {
  let app: TestApp;
  let shop: Shop;

  beforeAll(async () => {
    app = await createTestApp({ imports: features });
    shop = await Shop.open(app);
    await shop.put('hanako');
  });
  afterAll(() => app.close());

  const preview = (rule: unknown, asOf?: unknown) => shop.call('POST', '/v1/segments/preview', { rule, asOf });

  it.each(refusals)('%j is refused at /rule%s', async (rule, path) => {
    const answer = await preview(rule);
    expect([answer.status, paths(answer)]).toEqual([400, [`/rule${path}`]]);
  });

  it.each(below)('%j is refused at or below /rule%s', async (rule, path) => {
    const answer = await preview(rule);
    expect(answer.status).toBe(400);
    expect(paths(answer)).not.toEqual([]);
    for (const named of paths(answer)) expect(named).toMatch(new RegExp(`^/rule${path}(/|$)`));
  });

  it('is refused by every call that takes a rule, at the same place', async () => {
    const rule = { kind: 'all', rules: [{ kind: 'rank', in: [] }] };
    const calls: [string, string, Json][] = [
      ['POST', '/v1/segments', { name: 's', rule }],
      ['PUT', `/v1/segments/${await shop.segment(rank('a'))}`, { name: 's', rule }],
      ['POST', '/v1/segments/explain', { rule, memberId: 'hanako' }],
      [
        'POST',
        '/v1/campaigns',
        { name: 'c', channelId: await shop.channel(), rule, messages: [{ type: 'text', text: 'x' }] },
      ],
    ];
    for (const [method, url, body] of calls) {
      const answer = await shop.call(method, url, body);
      expect([url, answer.status, paths(answer)]).toEqual([url, 400, ['/rule/rules/0/in']]);
    }
  });

  it('names every offender at once', async () => {
    const answer = await preview({ kind: 'all', rules: [rank(), { kind: 'tag', any: [] }] });
    expect(paths(answer)).toEqual(expect.arrayContaining(['/rule/rules/0/in', '/rule/rules/1/any']));
  });

  it.each<[string, unknown, number]>([
    ['depth 1', nested(1), 200],
    ['depth 8', nested(8), 200],
    ['depth 9', nested(9), 400],
    ['depth 2,000', nested(2_000), 400],
    ['100 nodes', wide(100), 200],
    ['101 nodes', wide(101), 400],
    ['100 nodes in two branches', { kind: 'all', rules: [wide(50), wide(49)] }, 200],
    ['101 nodes in two branches', { kind: 'all', rules: [wide(50), wide(50)] }, 400],
  ])('answers a rule of %s', async (_, rule, status) => {
    const answer = await preview(rule);
    expect(answer.status).toBe(status);
    if (status === 400) for (const path of paths(answer)) expect(path).toMatch(/^\/rule/);
  });

  it('does not count the nodes and depth of a segment that is referred to', async () => {
    const deep = await shop.segment(nested(8));
    const full = await shop.segment(wide(100));
    const refer = (id: string) => ({ kind: 'segment', id });
    const inner = { kind: 'all', rules: [refer(deep), refer(full)] };
    const rule = [1, 2, 3, 4, 5, 6].reduce<unknown>((held) => ({ kind: 'not', rule: held }), inner);
    expect(await preview(rule)).toMatchObject({ status: 200 });
  });

  it.each(['nope', '2026-04-15T12:00:00', '2026-02-30', '', 5, true, {}])('refuses asOf %j', async (asOf) => {
    const answer = await preview(rank('a'), asOf);
    expect([answer.status, paths(answer)]).toEqual([400, ['/asOf']]);
    const explained = await shop.call('POST', '/v1/segments/explain', { rule: rank('a'), memberId: 'hanako', asOf });
    expect([explained.status, paths(explained)]).toEqual([400, ['/asOf']]);
  });

  it.each<[string, Json, string]>([
    ['preview', { rule: rank('a'), nope: 1 }, '/nope'],
    ['explain', { rule: rank('a') }, '/memberId'],
    ['explain', { memberId: 'hanako' }, '/rule'],
    ['explain', { rule: rank('a'), memberId: 5 }, '/memberId'],
  ])('refuses the body of %s %j', async (call, body, path) => {
    const answer = await shop.call('POST', `/v1/segments/${call}`, body);
    expect([answer.status, paths(answer)]).toEqual([400, [path]]);
  });

  it('takes the longest strings, odd ones too', async () => {
    const odd = ['x'.repeat(1_000), '😀'.repeat(500), "'; drop table members; --", '%', '\\', '"', ''];
    for (const text of odd) expect(await shop.who(rank(text))).toEqual([]);
  });
});
