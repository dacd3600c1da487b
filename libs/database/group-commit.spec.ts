import { describe, expect, it, jest } from '@jest/globals';
import { GroupCommit } from './group-commit.js';

/** Commits that end when the spec says so. */
class SlowCommits {
  readonly started: { key: string; items: string[] }[] = [];
  private readonly ends: ((error?: Error) => void)[] = [];

  readonly commit = (key: string, items: string[]): Promise<string[]> => {
    this.started.push({ key, items });
    const results = items.map((item) => `${key}:${item}`);
    return new Promise((done, failed) => this.ends.push((error) => (error ? failed(error) : done(results))));
  };

  async end(nth: number, error?: Error): Promise<void> {
    this.ends[nth]!(error);
    // Lets what waits for it go on.
    for (let turn = 0; turn < 5; turn++) await Promise.resolve();
  }
}

describe('GroupCommit', () => {
  const options = { atOnce: 2, weight: (item: string) => item.length, most: 5 };

  it('commits alone at once, and together what arrives meanwhile', async () => {
    const slow = new SlowCommits();
    const group = new GroupCommit(slow.commit, options);
    const waiting = ['a', 'b', 'c'].map((item) => group.add('k', item));
    expect(slow.started).toEqual([{ key: 'k', items: ['a'] }]);
    await slow.end(0);
    expect(slow.started[1]).toEqual({ key: 'k', items: ['b', 'c'] });
    await slow.end(1);
    expect(await Promise.all(waiting)).toEqual(['k:a', 'k:b', 'k:c']);
  });

  it('begins a second commit of a key only for enough items, and never a third', async () => {
    const slow = new SlowCommits();
    const group = new GroupCommit(slow.commit, { ...options, atOnce: 5, most: 2, worthSecond: 2 });
    const waiting = ['a', 'b'].map((item) => group.add('k', item));
    expect(slow.started.map(({ items }) => items)).toEqual([['a']]);
    waiting.push(...['c', 'd', 'e', 'f'].map((item) => group.add('k', item)));
    expect(slow.started.map(({ items }) => items)).toEqual([['a'], ['b', 'c']]);
    await slow.end(0);
    expect(slow.started[2]).toEqual({ key: 'k', items: ['d', 'e'] });
    await slow.end(1);
    await slow.end(2);
    await slow.end(3);
    expect(await Promise.all(waiting)).toEqual(['a', 'b', 'c', 'd', 'e', 'f'].map((item) => `k:${item}`));
  });

  it('resolves nobody before the commit has ended', async () => {
    const slow = new SlowCommits();
    const order: string[] = [];
    const waiting = new GroupCommit(slow.commit, options).add('k', 'a').then(() => order.push('answered'));
    await Promise.resolve();
    order.push('committed');
    await slow.end(0);
    await waiting;
    expect(order).toEqual(['committed', 'answered']);
  });

  it('never mixes keys, and serves a quiet one between the commits of a busy one', async () => {
    const slow = new SlowCommits();
    const group = new GroupCommit(slow.commit, { ...options, atOnce: 1 });
    const waiting = ['a', 'bbb', 'ccc', 'ddd'].map((item) => group.add('busy', item));
    waiting.push(group.add('quiet', 'x'));
    for (let nth = 0; nth < 5; nth++) await slow.end(nth);
    await Promise.all(waiting);
    expect(slow.started.map(({ key, items }) => `${key}:${items.join()}`)).toEqual([
      'busy:a',
      'busy:bbb',
      'quiet:x',
      'busy:ccc',
      'busy:ddd',
    ]);
  });

  it('lets what is too heavy for any group go alone', async () => {
    const slow = new SlowCommits();
    const group = new GroupCommit(slow.commit, options);
    const waiting = ['a', 'heavier than all', 'b'].map((item) => group.add('k', item));
    for (let nth = 0; nth < 3; nth++) await slow.end(nth);
    await Promise.all(waiting);
    expect(slow.started.map(({ items }) => items)).toEqual([['a'], ['heavier than all'], ['b']]);
  });

  it('lets what comes one by one wait for others a moment after a commit, unless there are enough', async () => {
    jest.useFakeTimers();
    try {
      const slow = new SlowCommits();
      const group = new GroupCommit(slow.commit, { ...options, rest: { ms: 10, unless: 3 } });
      const waiting = [group.add('k', 'a')];
      await slow.end(0);
      waiting.push(group.add('k', 'b'), group.add('other', 'x'), group.add('k', 'c'));
      expect(slow.started.map(({ items }) => items)).toEqual([['a'], ['x']]);
      jest.advanceTimersByTime(10);
      expect(slow.started[2]).toEqual({ key: 'k', items: ['b', 'c'] });
      await slow.end(2);
      waiting.push(...['d', 'e', 'f'].map((item) => group.add('k', item)));
      expect(slow.started[3]).toEqual({ key: 'k', items: ['d', 'e', 'f'] });
      await slow.end(1);
      await slow.end(3);
      await Promise.all(waiting);
    } finally {
      jest.useRealTimers();
    }
  });

  it('fails those of a failed commit, and goes on with the others', async () => {
    const slow = new SlowCommits();
    const group = new GroupCommit(slow.commit, options);
    const first = group.add('k', 'a');
    const second = group.add('k', 'b');
    const failure = expect(first).rejects.toThrow('disk full');
    await slow.end(0, new Error('disk full'));
    await failure;
    await slow.end(1);
    await second;
  });
});
