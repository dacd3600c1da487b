import { describe, expect, it } from '@jest/globals';
import { LaneTurn } from './lane-turn.js';

describe('A turn in the lane', () => {
  it.each([
    { after: 999, others: true, over: false },
    { after: 1_000, others: true, over: true },
    { after: 9_999, others: false, over: false },
    { after: 10_000, others: false, over: true },
  ])('after $after ms, others waiting: $others, is over: $over', async ({ after, others, over }) => {
    let now = 5;
    const turn = new LaneTurn({ othersWait: async () => others, whileOthersWait: 1_000 }, () => now);
    now += after;
    expect(await turn.isOver()).toBe(over);
  });
});
