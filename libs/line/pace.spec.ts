import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Pace, type Ticks } from './pace.js';

/** A clock that runs what is due when it is moved, late by as much as it is told. */
class VirtualTicks implements Ticks {
  private at = 0;
  private timers: { due: number; then: () => void }[] = [];

  now(): number {
    return this.at;
  }

  after(milliseconds: number, then: () => void): void {
    this.timers.push({ due: this.at + milliseconds, then });
  }

  /** Moves to a moment, stopping at timers on the way; `stall` makes each of them that much late. */
  async moveTo(moment: number, stall: () => number): Promise<void> {
    for (;;) {
      this.timers.sort((a, b) => a.due - b.due);
      const next = this.timers[0];
      if (!next || next.due > moment) break;
      this.timers.shift();
      this.at = Math.max(this.at, next.due) + stall();
      next.then();
      await settled();
    }
    this.at = Math.max(this.at, moment);
  }
}

/** Lets continuations run. */
async function settled(): Promise<void> {
  for (let i = 0; i < 5; i++) await Promise.resolve();
}

async function departures(limit: number, seconds: number, stall: () => number, slow?: number): Promise<number[]> {
  const ticks = new VirtualTicks();
  const pace = new Pace(limit, ticks);
  const left: number[] = [];
  const flow = async () => {
    while (ticks.now() < seconds * 1000) {
      await pace.run(async () => left.push(ticks.now()));
    }
  };
  for (let i = 0; i < 16; i++) void flow();
  if (slow !== undefined) {
    await ticks.moveTo(slow, stall);
    pace.slowDown();
  }
  await ticks.moveTo(seconds * 1000, stall);
  return left;
}

function mostInAnySecond(left: number[]): number {
  let most = 0;
  for (let from = 0, to = 0; to < left.length; to++) {
    while (left[to]! - left[from]! >= 1000) from++;
    most = Math.max(most, to - from + 1);
  }
  return most;
}

describe('Pace', () => {
  it('holds 95 % of the limit', async () => {
    const left = await departures(200, 20, () => 0);
    expect(left.length / 20).toBeGreaterThanOrEqual(190);
    expect(mostInAnySecond(left)).toBeLessThanOrEqual(200);
  });

  it('never lets more than the limit leave within any second, however the process stalls', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 5, max: 400 }),
        fc.array(fc.oneof(fc.integer({ min: 0, max: 5 }), fc.integer({ min: 0, max: 900 })), { minLength: 1 }),
        async (limit, stalls) => {
          let i = 0;
          const left = await departures(limit, 6, () => stalls[i++ % stalls.length]!);
          expect(mostInAnySecond(left)).toBeLessThanOrEqual(limit);
        },
      ),
      { seed: 3, numRuns: 40 },
    );
  });

  it('lets no second of LINE see more than the limit while requests take up to a tenth of one to arrive', async () => {
    const ticks = new VirtualTicks();
    const pace = new Pace(100, ticks);
    const arrivals: number[] = [];
    let i = 0;
    const request = () =>
      new Promise<void>((answered) => {
        const delay = Math.floor(i++ / 90) % 2 ? 95 : 0;
        ticks.after(delay, () => {
          arrivals.push(ticks.now());
          answered();
        });
      });
    const flow = async () => {
      while (ticks.now() < 20_000) await pace.run(request);
    };
    for (let flows = 0; flows < 16; flows++) void flow();
    await ticks.moveTo(20_000, () => 0);
    expect(mostInAnySecond(arrivals.sort((a, b) => a - b))).toBeLessThanOrEqual(100);
    expect(arrivals.length / 20).toBeGreaterThanOrEqual(88);
  });

  it('makes up for short stalls', async () => {
    let i = 0;
    const left = await departures(200, 20, () => (i++ % 50 === 0 ? 50 : 0));
    expect(left.length / 20).toBeGreaterThanOrEqual(185);
  });

  it('does not begin with a burst', async () => {
    const left = await departures(200, 1, () => 0);
    expect(left.filter((at) => at < 50).length).toBeLessThanOrEqual(12);
  });

  it('goes half as fast for five seconds after a 429', async () => {
    const left = await departures(200, 30, () => 0, 5_000);
    const between = (from: number, to: number) =>
      left.filter((at) => at >= from && at < to).length / ((to - from) / 1000);
    expect(between(6_500, 9_500)).toBeLessThanOrEqual(100);
    expect(between(15_000, 30_000)).toBeGreaterThanOrEqual(188);
  });
});
