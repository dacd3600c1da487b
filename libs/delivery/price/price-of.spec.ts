import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { priceOf, type MonthSoFar } from './price-of.js';
import { LINE_PLANS, tariffOn, TARIFFS } from './tariffs.js';

const { plans, taxPercent } = tariffOn('2026-04-15');
const standard = (used: number, limit: number | null = null): MonthSoFar => {
  return { plan: plans.standard, taxPercent, used, limit };
};

describe('priceOf', () => {
  it('costs nothing beyond the monthly price while free messages are left', () => {
    expect(priceOf(30_000, standard(0))).toEqual({
      sendable: 30_000,
      short: 0,
      extra: 0,
      amount: 0,
      tax: 0,
      total: 0,
    });
  });

  it('costs by brackets: 70,000 further messages are 50,000 at ¥3 and 20,000 at ¥2.8', () => {
    expect(priceOf(100_000, standard(0))).toMatchObject({
      extra: 70_000,
      amount: 206_000,
      tax: 20_600,
      total: 226_600,
    });
  });

  it.each([
    [30_000, 1, 3],
    [80_000, 1, 2],
    [80_000, 5, 14],
    [30_000, 900_000, 1_910_000],
    [930_000, 1_000, 1_500],
  ])('with %i used, %i more cost ¥%i without tax', (used, n, amount) => {
    expect(priceOf(n, standard(used)).amount).toBe(amount);
  });

  it('ends at the limit that LINE names', () => {
    expect(priceOf(1_000, standard(39_600, 40_000))).toMatchObject({ sendable: 400, short: 600, extra: 400 });
    expect(priceOf(1_000, standard(50_000, 40_000))).toMatchObject({ sendable: 0, short: 1_000, total: 0 });
  });

  it('ends at the free messages where a plan has no others', () => {
    const light = { plan: plans.light, taxPercent, used: 4_990, limit: null };
    expect(priceOf(100, light)).toMatchObject({ sendable: 10, short: 90, extra: 0, total: 0 });
  });

  it('adds up: two sends cost what both at once cost', () => {
    const count = fc.integer({ min: 0, max: 3_000_000 });
    const limit = fc.option(fc.integer({ min: 0, max: 5_000_000 }));
    fc.assert(
      fc.property(
        fc.record({ id: fc.constantFrom(...LINE_PLANS), used: count, a: count, b: count, limit }),
        (given) => {
          const { used, a, b, limit: most } = given;
          const plan = plans[given.id];
          const month = (already: number) => ({ plan, taxPercent, used: already, limit: most });
          const first = priceOf(a, month(used));
          const second = priceOf(b, month(used + first.sendable));
          const both = priceOf(a + b, month(used));
          for (const field of ['sendable', 'extra', 'amount', 'tax', 'total'] as const) {
            expect(first[field] + second[field]).toBe(both[field]);
            expect(Number.isSafeInteger(both[field]) && both[field] >= 0).toBe(true);
          }
          expect(both.sendable + both.short).toBe(a + b);
        },
      ),
      { seed: 5 },
    );
  });

  it('is the sum of each message at the price of its bracket, less than a yen off', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 1_200 }), fc.integer({ min: 0, max: 1_200 }), (used, n) => {
        const tiers = [
          { upTo: 300, tenthsOfYen: 31 },
          { upTo: 700, tenthsOfYen: 17 },
          { upTo: null, tenthsOfYen: 9 },
        ];
        const plan = { monthly: 0, free: 100, tiers };
        let tenths = 0;
        for (let nth = used + 1; nth <= used + n; nth++) {
          const extra = nth - plan.free;
          if (extra > 0) tenths += tiers.find(({ upTo }) => extra <= (upTo ?? Infinity))!.tenthsOfYen;
        }
        const { amount } = priceOf(n, { plan, taxPercent: 10, used, limit: null });
        expect(Math.abs(amount - tenths / 10)).toBeLessThan(1);
      }),
      { seed: 5 },
    );
  });
});

describe('tariffs', () => {
  it('are found by the day, newest first', () => {
    const days = TARIFFS.map(({ validFrom }) => validFrom);
    expect([...days].sort().reverse()).toEqual(days);
    for (const tariff of TARIFFS) expect(tariffOn(tariff.validFrom)).toBe(tariff);
    expect(tariffOn('1999-01-01')).toBe(TARIFFS.at(-1));
  });

  it('have brackets that rise and end open', () => {
    for (const tiers of TARIFFS.flatMap((tariff) => Object.values(tariff.plans)).map((plan) => plan.tiers ?? [])) {
      const ends = tiers.map(({ upTo }) => upTo ?? Infinity);
      expect([...new Set(ends)].sort((a, b) => a - b)).toEqual(ends);
      if (ends.length > 0) expect(ends.at(-1)).toBe(Infinity);
    }
  });
});
