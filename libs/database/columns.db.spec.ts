import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import pg from 'pg';
import { createTestDatabase, type TestDatabase } from '#testing';
import { bigints, booleans, instants, integers, smallints, texts } from './columns.js';

/** Postgres' first and last instant that four digits of year can say, in milliseconds. */
const FIRST = Date.UTC(0, 0, 1) - 1900 * 366 * 86_400_000;
const LAST = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

describe('A column', () => {
  let database: TestDatabase;
  let client: pg.Client;

  beforeAll(async () => {
    database = await createTestDatabase();
    client = new pg.Client(database.url);
    await client.connect();
  });

  afterAll(async () => {
    await client.end();
    await database.drop();
  });

  /** The elements as Postgres writes them. */
  async function read(type: string, column: Buffer): Promise<(string | null)[]> {
    const { rows } = await client.query<{ value: string | null }>(
      `select value::text from unnest($1::${type}[]) with ordinality as given (value, place) order by place`,
      [column],
    );
    return rows.map(({ value }) => value);
  }

  const list = <T>(one: fc.Arbitrary<T>) => fc.array(fc.option(one, { nil: null }), { maxLength: 20 });

  it('of texts arrives letter by letter', async () => {
    // What is no whole character, or is none in Postgres, is refused before anything is stored.
    const text = fc.string({ unit: 'binary' }).filter((value) => value.isWellFormed() && !value.includes('\0'));
    await fc.assert(
      fc.asyncProperty(list(text), async (values) => expect(await read('text', texts(values))).toEqual(values)),
      { seed: 1, numRuns: 60 },
    );
  });

  it('of bigints arrives exactly, as numbers, bigints or digits', async () => {
    const bigint = fc.bigInt({ min: -(2n ** 63n), max: 2n ** 63n - 1n });
    const value = fc.oneof(bigint, bigint.map(String), fc.maxSafeInteger(), fc.integer());
    await fc.assert(
      fc.asyncProperty(list(value), async (values) => {
        expect(await read('bigint', bigints(values))).toEqual(values.map((one) => (one === null ? null : String(one))));
      }),
      { seed: 2, numRuns: 60 },
    );
  });

  it('of instants arrives to the millisecond, in any year', async () => {
    await fc.assert(
      fc.asyncProperty(list(fc.integer({ min: FIRST, max: LAST })), async (values) => {
        const { rows } = await client.query<{ same: boolean }>(
          `select coalesce(bool_and(a is not distinct from b), true) as same
             from unnest($1::timestamptz[], $2::bigint[]) as given (a, ms)
            cross join lateral (select timestamptz '1970-01-01Z' + (ms / 86400000) * interval '1 day'
                                       + (ms % 86400000) * interval '1 millisecond' as b) by_days`,
          [instants(values), bigints(values)],
        );
        expect(rows).toEqual([{ same: true }]);
      }),
      { seed: 3, numRuns: 60 },
    );
  });

  it('of small numbers and of truths arrives as it is', async () => {
    expect(await read('smallint', smallints([-32_768, null, 32_767]))).toEqual(['-32768', null, '32767']);
    expect(await read('integer', integers([-2_147_483_648, null, 7]))).toEqual(['-2147483648', null, '7']);
    expect(await read('boolean', booleans([true, null, false]))).toEqual(['true', null, 'false']);
  });

  it('of nothing is empty', async () => {
    for (const [type, column] of [
      ['text', texts([])],
      ['bigint', bigints([])],
    ] as const) {
      expect(await read(type, column)).toEqual([]);
    }
  });

  it('does not take what does not fit', () => {
    expect(() => smallints([40_000])).toThrow('out of range');
    expect(() => bigints([2n ** 63n])).toThrow('out of range');
  });
});
