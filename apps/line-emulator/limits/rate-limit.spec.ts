import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { PeakMeter, RateLimit } from './rate-limit.js';

/** Moments of arrival in order, often close together. */
const arrivals = fc
  .array(fc.oneof(fc.constant(0), fc.double({ min: 0, max: 1500, noNaN: true })), { maxLength: 300 })
  .map((gaps) => {
    let now = 1_000_000;
    return gaps.map((gap) => (now += gap));
  });

const most = (times: number[], periodMs: number) =>
  Math.max(0, ...times.map((from) => times.filter((at) => at >= from && at - from < periodMs).length));

describe('RateLimit', () => {
  it('never lets more than the limit through in any window of one period', () => {
    fc.assert(
      fc.property(arrivals, fc.integer({ min: 1, max: 20 }), (times, limit) => {
        const bucket = new RateLimit(limit, 1000);
        expect(
          most(
            times.filter((now) => bucket.take(now)),
            1000,
          ),
        ).toBeLessThanOrEqual(limit);
      }),
      { seed: 1 },
    );
  });

  it('refuses nobody who keeps to the limit', () => {
    fc.assert(
      fc.property(arrivals, (times) => {
        const bucket = new RateLimit(Math.max(1, most(times, 1000)), 1000);
        expect(times.every((now) => bucket.take(now))).toBe(true);
      }),
      { seed: 2 },
    );
  });

  it('gives a token back exactly one period after it was taken', () => {
    const bucket = new RateLimit(1, 1000);
    expect([0, 999, 1000, 1001].map((now) => bucket.take(now))).toEqual([true, false, true, false]);
  });
});

describe('PeakMeter', () => {
  it('knows the fullest second, wherever it began', () => {
    fc.assert(
      fc.property(arrivals, (times) => {
        const meter = new PeakMeter();
        for (const now of times) meter.record(now);
        expect(meter.peak).toBe(most(times, 1000));
      }),
      { seed: 3 },
    );
  });
});
