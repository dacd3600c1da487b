import { describe, expect, it } from '@jest/globals';
import { waitingTime } from './waiting-time.js';

describe('A waiting time in words', () => {
  it.each([
    [1, '1秒', '1 second'],
    [1_001, '2秒', '2 seconds'],
    [59_000, '59秒', '59 seconds'],
    [59_001, '1分', '1 minute'],
    [60_001, '2分', '2 minutes'],
    [3_600_000, '60分', '60 minutes'],
  ])('of %i ms is never shorter than the time itself', (milliseconds, ja, en) => {
    expect([waitingTime(milliseconds, 'ja'), waitingTime(milliseconds, 'en')]).toEqual([ja, en]);
  });
});
