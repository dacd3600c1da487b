import fc from 'fast-check';
import {
  ATTRIBUTES,
  CATEGORIES,
  instants,
  PRODUCTS,
  RANKS,
  STORES,
  TAGS,
  URLS,
  VALUES,
  type WorldSettings,
} from './random-world.js';
import type { Plain } from './world.js';

/** A rule as somebody might post it; never one that is refused. Without samples, which only the database can draw. */
export function randomRule(settings: WorldSettings, segments: string[]): fc.Arbitrary<Plain> {
  const { tree } = fc.letrec<{ tree: Plain }>((tie) => ({
    tree: fc.oneof(
      { maxDepth: 3, withCrossShrink: true },
      { weight: 3, arbitrary: condition(settings, segments) },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('all'),
          rules: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
        }),
      },
      {
        weight: 1,
        arbitrary: fc.record({
          kind: fc.constant('any'),
          rules: fc.array(tie('tree'), { minLength: 1, maxLength: 3 }),
        }),
      },
      { weight: 1, arbitrary: fc.record({ kind: fc.constant('not'), rule: tie('tree') }) },
    ),
  }));
  return tree;
}

/** Moments of questions: now, the past, the future, exactly when something happened, local midnights. */
export function randomMoment(settings: WorldSettings): fc.Arbitrary<string> {
  const now = settings.now.getTime();
  return fc.oneof(
    fc.constant(settings.now.toISOString()),
    fc.constantFrom(...instants(settings)),
    fc.constantFrom('2026-04-15', '2026-04-01', '2026-03-08', '2026-03-09', '2026-02-14', '2026-05-01', '2027-01-01'),
    fc.integer({ min: 1, max: 90 }).map((days) => new Date(now + days * 86_400_000).toISOString()),
  );
}

function condition(settings: WorldSettings, segments: string[]): fc.Arbitrary<Plain> {
  const kinds: fc.Arbitrary<Plain>[] = [
    of('rank', { in: some(RANKS) }),
    of('birth-month', { in: some([1, 2, 3, 4, 5, 12]) }),
    of('birth-month', { relative: fc.constantFrom('previous', 'current', 'next') }),
    of('tag', { any: some([...TAGS, 'nobody']) }),
    of('registered', {}, { within: window(settings) }),
    of('visit', {}, { count: bound(4), within: window(settings) }),
    ...attributes(),
    of(
      'link',
      { linked: fc.boolean() },
      {
        role: fc.constantFrom('contractor', 'user', 'member'),
        route: fc.constantFrom('import', 'login'),
        within: window(settings),
        channelId: fc.constantFrom(...settings.channels),
      },
    ),
    of(
      'friend',
      { state: fc.constantFrom('friend', 'blocked', 'none') },
      { channelId: fc.constantFrom(...settings.channels) },
    ),
    browsed(settings),
    purchase(settings),
    purchase(settings),
    purchase(settings),
  ];
  return fc.oneof(...kinds, ...(segments.length > 0 ? [of('segment', { id: fc.constantFrom(...segments) })] : []));
}

function purchase(settings: WorldSettings): fc.Arbitrary<Plain> {
  const where = nonEmpty({
    category: some([...CATEGORIES, 'unknown']),
    product: some(PRODUCTS),
    store: some([...STORES, 'unknown']),
  });
  return of(
    'purchase',
    {},
    {
      count: bound(4),
      total: bound(150, 10 ** settings.decimals),
      quantity: bound(8),
      within: window(settings),
      where,
    },
  );
}

function browsed(settings: WorldSettings): fc.Arbitrary<Plain> {
  const urlContains = fc.constantFrom('/a', '%', '', URLS[1]!);
  const where = nonEmpty({ category: some(CATEGORIES), product: some(PRODUCTS), urlContains });
  return of('browsed', {}, { count: bound(3), within: window(settings), where });
}

function attributes(): fc.Arbitrary<Plain>[] {
  const name = fc.constantFrom(...ATTRIBUTES, 'toString');
  const comparable = fc.constantFrom(5, 0, 0.5, '2026-02-28', '2024-02-29');
  return [
    of('attribute', { name, equals: fc.constantFrom(...VALUES) }),
    of('attribute', { name, in: some(VALUES) }),
    of('attribute', { name, gte: comparable }),
    of('attribute', { name, lte: comparable }),
    of('attribute', { name, exists: fc.boolean() }),
  ];
}

function window(settings: WorldSettings): fc.Arbitrary<Plain> {
  const moment = fc.oneof(
    fc.constantFrom(...instants(settings)),
    fc.constantFrom('2026-04-15', '2026-04-14', '2026-04-01', '2026-03-08', '2026-03-09', '2026-02-15', '2026-06-01'),
  );
  const ends = fc.tuple(moment, moment).filter(([from, to]) => Date.parse(from) + 86_400_000 < Date.parse(to));
  return fc.oneof(
    fc.constantFrom(0, 1, 2, 7, 30, 60, 36_500).map((days) => ({ days })),
    moment.map((from) => ({ from })),
    moment.map((to) => ({ to })),
    ends.map(([from, to]) => ({ from, to })),
  );
}

function bound(max: number, scale = 1): fc.Arbitrary<Plain> {
  const value = fc.integer({ min: 0, max }).map((whole) => whole / scale);
  return fc.oneof(
    value.map((gte) => ({ gte })),
    value.map((lte) => ({ lte })),
    fc.tuple(value, value).map(([a, b]) => ({ gte: Math.min(a, b), lte: Math.max(a, b) })),
    fc.constant({ lte: 0 }),
  );
}

function of(
  kind: string,
  needed: Record<string, fc.Arbitrary<unknown>>,
  optional: Record<string, fc.Arbitrary<unknown>> = {},
) {
  const fields = { kind: fc.constant(kind), ...needed };
  return fc.record(
    { ...fields, ...optional },
    { requiredKeys: Object.keys(fields) as never[], noNullPrototype: true },
  ) as fc.Arbitrary<Plain>;
}

function nonEmpty(optional: Record<string, fc.Arbitrary<unknown>>): fc.Arbitrary<Plain> {
  return (fc.record(optional, { requiredKeys: [], noNullPrototype: true }) as fc.Arbitrary<Plain>).filter(
    (drawn) => Object.keys(drawn).length > 0,
  );
}

function some<T>(values: T[]): fc.Arbitrary<T[]> {
  return fc.uniqueArray(fc.constantFrom(...values), { minLength: 1, maxLength: 2 });
}
