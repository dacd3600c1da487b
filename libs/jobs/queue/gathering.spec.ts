import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { Gathering, MOST_TOGETHER } from './gathering.js';

describe('Wake-ups of rows that may share a run', () => {
  let sent: (readonly string[])[];
  let gathering: Gathering;

  beforeEach(() => {
    jest.useFakeTimers();
    sent = [];
    gathering = new Gathering(({ ids }) => sent.push(ids));
  });

  afterEach(() => {
    jest.useRealTimers();
  });

  const add = (key: string, ...ids: string[]) => gathering.add(key, { ids, lane: 'webhooks', together: key });

  it('go at once where nothing came lately, and otherwise all in one', () => {
    add('k', '1');
    expect(sent).toEqual([['1']]);
    add('k', '2');
    add('k', '3');
    expect(sent).toHaveLength(1);
    jest.runOnlyPendingTimers();
    expect(sent).toEqual([['1'], ['2', '3']]);
    jest.runAllTimers();
    add('k', '4');
    expect(sent.at(-1)).toEqual(['4']);
  });

  it('of different keys wait for nobody', () => {
    add('k', '1');
    add('other', '2');
    expect(sent).toEqual([['1'], ['2']]);
  });

  it('are never of more rows than one run takes', () => {
    add('k', 'first');
    const ids = Array.from({ length: 2 * MOST_TOGETHER + 1 }, (_, n) => String(n));
    for (const id of ids) add('k', id);
    jest.runOnlyPendingTimers();
    expect(sent.slice(1).map(({ length }) => length)).toEqual([MOST_TOGETHER, MOST_TOGETHER, 1]);
    expect(sent.slice(1).flat()).toEqual(ids);
  });

  it('all go before the process does', () => {
    add('k', '1');
    add('k', '2');
    gathering.flush();
    expect(sent).toEqual([['1'], ['2']]);
    jest.runAllTimers();
    expect(sent).toHaveLength(2);
  });
});
