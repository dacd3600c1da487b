import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { TokenBuckets } from './token-buckets.js';

describe('TokenBuckets', () => {
  it('never give more than a full bucket and what has flowed in since', () => {
    const steps = fc.array(fc.nat({ max: 20_000 }), { minLength: 1, maxLength: 300 });
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 100 }), steps, (perMinute, pauses) => {
        const buckets = new TokenBuckets(perMinute);
        let now = 0;
        let given = 0;
        for (const pause of pauses) {
          now += pause;
          if (buckets.take('a', now) === 0) given++;
          expect(given).toBeLessThanOrEqual(perMinute + (now * perMinute) / 60_000 + 1e-6);
        }
      }),
      { numRuns: 200, seed: 1 },
    );
  });

  it('tell when to come again', () => {
    const buckets = new TokenBuckets(60);
    for (let i = 0; i < 60; i++) expect(buckets.take('a', 0)).toBe(0);
    const wait = buckets.take('a', 0);
    expect(wait).toBe(1000);
    expect(buckets.take('a', wait - 1)).toBeGreaterThan(0);
    expect(buckets.take('a', wait)).toBe(0);
    expect(buckets.take('b', 0)).toBe(0);
  });

  it('forget keys that have long been silent', () => {
    const buckets = new TokenBuckets(60);
    for (let key = 0; key < 30_000; key++) expect(buckets.take(String(key), key * 1000)).toBe(0);
  });

  it('survive a clock that is turned back', () => {
    const buckets = new TokenBuckets(1);
    expect(buckets.take('a', 1_000_000)).toBe(0);
    expect(buckets.take('a', 0)).toBe(60_000);
    expect(buckets.take('a', 60_000)).toBe(0);
  });
});
