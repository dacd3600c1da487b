import { describe, expect, it } from '@jest/globals';
import { Slots } from './slots.js';

describe('Slots', () => {
  it('are never more than there are, and go to who waited longest', async () => {
    const slots = new Slots(2);
    const order: string[] = [];
    expect([slots.tryTake(), slots.tryTake(), slots.tryTake()]).toEqual([true, true, false]);
    const waiting = ['first', 'second'].map((name) => slots.take().then(() => order.push(name)));
    slots.release();
    await waiting[0];
    expect(order).toEqual(['first']);
    expect(slots.tryTake()).toBe(false);
    slots.release();
    await waiting[1];
    slots.release();
    expect([slots.tryTake(), slots.tryTake()]).toEqual([true, false]);
  });
});
