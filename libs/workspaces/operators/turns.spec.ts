import { describe, expect, it } from '@jest/globals';
import { Turns } from './turns.js';

/** Works that end when they are told to. */
function works(turns: Turns, count: number) {
  const [started, ends]: [number[], (() => void)[]] = [[], []];
  const results = Array.from({ length: count }, (_, at) =>
    turns.take(async () => {
      started.push(at);
      await new Promise<void>((end) => (ends[at] = end));
      return at;
    }),
  );
  return { started, ends, results };
}

const full = () => new Error('full');

describe('turns', () => {
  it('let so many work at once, and the others in the order they came', async () => {
    const { started, ends, results } = works(new Turns(2, 10, full), 5);
    expect(started).toEqual([0, 1]);
    ends[1]!();
    await results[1];
    expect(started).toEqual([0, 1, 2]);
    ends[0]!();
    await results[0];
    ends[2]!();
    await results[2];
    expect(started).toEqual([0, 1, 2, 3, 4]);
    ends[3]!();
    ends[4]!();
    expect(await Promise.all(results)).toEqual([0, 1, 2, 3, 4]);
  });

  it('refuse whom even the queue has no room for', async () => {
    const { ends, results } = works(new Turns(1, 1, full), 3);
    await expect(results[2]).rejects.toThrow('full');
    ends[0]!();
    await results[0];
    ends[1]!();
    expect(await results[1]).toBe(1);
  });

  it('go on after work that failed', async () => {
    const turns = new Turns(1, 5, full);
    const failed = turns.take(() => Promise.reject(new Error('broken')));
    const next = turns.take(() => Promise.resolve('next'));
    await expect(failed).rejects.toThrow('broken');
    expect(await next).toBe('next');
    expect(await turns.take(() => Promise.resolve('after'))).toBe('after');
  });
});
