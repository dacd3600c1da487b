import { describe, expect, it } from '@jest/globals';
import { waitAfter, type DelayRule } from './growing-delay.js';

const MINUTE = 60_000;
const rule: DelayRule = { free: 3, firstMs: MINUTE, longestMs: 10 * MINUTE, forgottenAfterMs: 60 * MINUTE };
const at = new Date('2026-04-15T12:00:00+09:00');
const later = (minutes: number) => new Date(at.getTime() + minutes * MINUTE);
const wait = (count: number, minutes = 0) => waitAfter({ count, at }, rule, later(minutes)) / MINUTE;

describe('The delay after failures', () => {
  it('is none at first, then doubles up to the longest', () => {
    expect([0, 1, 2, 3, 4, 5, 6, 7, 50].map((count) => wait(count))).toEqual([0, 0, 0, 1, 2, 4, 8, 10, 10]);
  });

  it('runs off, and is forgotten after a quiet while', () => {
    expect([0, 1, 3.5, 4, 59].map((minutes) => wait(5, minutes))).toEqual([4, 3, 0.5, 0, 0]);
    expect(waitAfter({ count: 50, at }, { ...rule, longestMs: 120 * MINUTE }, later(60))).toBe(0);
  });

  it('is never longer than itself, though the clock was turned back', () => {
    expect(wait(4, -600)).toBe(2);
  });
});
