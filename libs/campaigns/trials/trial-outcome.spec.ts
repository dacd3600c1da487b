import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isTooMuch, winnerOf, type VariantNumbers } from './trial-outcome.js';

const variant = (accepted: number, clicks: number | null, conversions: number): VariantNumbers => {
  return { accepted, clicks, conversions };
};

describe('the winner', () => {
  it.each<[string, 'clicks' | 'conversions', VariantNumbers[], object]>([
    [
      'has more clicks for its people',
      'clicks',
      [variant(100, 30, 9), variant(50, 25, 0)],
      { variant: 1, by: 'clicks', why: null },
    ],
    [
      'has more conversions where LINE tells no clicks of one of them',
      'clicks',
      [variant(100, 30, 1), variant(100, null, 2)],
      { variant: 1, by: 'conversions', why: 'clicks_not_told' },
    ],
    [
      'was sent to more people where nothing else is known',
      'clicks',
      [variant(90, null, 0), variant(100, null, 0)],
      { variant: 1, by: 'accepted', why: 'clicks_not_told' },
    ],
    [
      'has more conversions for its people',
      'conversions',
      [variant(100, 99, 5), variant(10, 1, 1)],
      { variant: 1, by: 'conversions', why: null },
    ],
    [
      'was sent to more people where nobody converted',
      'conversions',
      [variant(100, 99, 0), variant(10, 99, 0)],
      { variant: 0, by: 'accepted', why: 'no_conversions' },
    ],
    [
      'is the first of equals',
      'conversions',
      [variant(10, 0, 1), variant(10, 0, 1)],
      { variant: 0, by: 'conversions', why: null },
    ],
    [
      'is none that nobody was sent',
      'clicks',
      [variant(0, 50, 0), variant(9, 20, 0)],
      { variant: 1, by: 'clicks', why: null },
    ],
  ])('%s', (_name, by, numbers, winner) => expect(winnerOf(by, numbers)).toEqual(winner));

  it('is one of the variants, and no other has a higher rate of what decided', () => {
    const count = fc.integer({ min: 0, max: 50 });
    const some = fc.record({ accepted: count, clicks: fc.option(count), conversions: count });
    fc.assert(
      fc.property(
        fc.constantFrom('clicks' as const, 'conversions' as const),
        fc.array(some, { minLength: 2, maxLength: 5 }),
        (by, numbers) => {
          const winner = winnerOf(by, numbers);
          const worth = ({ accepted, clicks, conversions }: VariantNumbers) => {
            if (winner.by === 'accepted') return accepted;
            return accepted === 0 ? 0 : (winner.by === 'clicks' ? clicks! : conversions) / accepted;
          };
          expect(worth(numbers[winner.variant]!)).toBe(Math.max(...numbers.map(worth)));
          expect(winner.by === by).toBe(winner.why === null);
        },
      ),
      { seed: 7 },
    );
  });
});

describe('a canary', () => {
  const canary = { percent: 5, holdMinutes: 30, maxBlockedPercent: 2, maxRejectedPercent: 5 };
  it.each([
    [{ planned: 0, accepted: 100, rejected: 0, blockedSince: 2 }, false],
    [{ planned: 0, accepted: 100, rejected: 0, blockedSince: 3 }, true],
    [{ planned: 0, accepted: 95, rejected: 5, blockedSince: 0 }, false],
    [{ planned: 0, accepted: 94, rejected: 6, blockedSince: 0 }, true],
    [{ planned: 99, accepted: 1, rejected: 0, blockedSince: 1 }, false],
    [{ planned: 50, accepted: 10, rejected: 0, blockedSince: 2 }, true],
    [{ planned: 0, accepted: 0, rejected: 0, blockedSince: 0 }, false],
    [{ planned: 0, accepted: 0, rejected: 1, blockedSince: 0 }, true],
  ])('after %j is stopped: %s', (numbers, stops) => expect(isTooMuch(canary, numbers)).toBe(stops));

  it('may tolerate nobody, and anybody', () => {
    const one = { planned: 0, accepted: 1_000, rejected: 0, blockedSince: 1 };
    expect(isTooMuch({ ...canary, maxBlockedPercent: 0 }, one)).toBe(true);
    expect(isTooMuch({ ...canary, maxBlockedPercent: 100 }, { ...one, blockedSince: 1_000 })).toBe(false);
  });
});
