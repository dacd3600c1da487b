import { describe, expect, it } from '@jest/globals';
import { GroupCommit } from './group-commit.js';

/** Commits that end when the spec says so. */
function commits() {
  const groups: { key: string; items: number[]; end: () => void; fail: (error: Error) => void }[] = [];
  const commit = (key: string, items: number[]) =>
    new Promise<string[]>((resolve, reject) => {
      groups.push({ key, items, end: () => resolve(items.map((item) => `${key}${item}`)), fail: reject });
    });
  return { groups, commit };
}

/** So long that only what the spec does lets a group leave. */
const patient = { most: 4, wait: 60_000 };

describe('GroupCommit', () => {
  it('lets a lone caller go at once, and those who come meanwhile together', async () => {
    const { groups, commit } = commits();
    const group = new GroupCommit(patient, commit);
    const first = group.add('a', [1]);
    const others = [group.add('a', [2]), group.add('a', [3])];
    expect(groups.map(({ items }) => items)).toEqual([[1]]);
    groups[0]!.end();
    expect(await first).toEqual(['a1']);
    await new Promise(setImmediate);
    expect(groups.map(({ items }) => items)).toEqual([[1], [2, 3]]);
    groups[1]!.end();
    expect(await Promise.all(others)).toEqual([['a2'], ['a3']]);
  });

  it('does not let a full group wait, nor one that has waited long enough', async () => {
    const { groups, commit } = commits();
    const group = new GroupCommit({ most: 4, wait: 1 }, commit);
    void group.add('a', [1]);
    void group.add('a', [2, 3, 4]);
    const full = group.add('a', [5]);
    expect(groups.map(({ items }) => items)).toEqual([[1], [2, 3, 4, 5]]);
    groups[1]!.end();
    expect(await full).toEqual(['a5']);
    const late = group.add('a', [6]);
    while (groups.length < 3) await new Promise(setImmediate);
    groups[2]!.end();
    expect(await late).toEqual(['a6']);
  });

  it('keeps keys apart', () => {
    const { groups, commit } = commits();
    const group = new GroupCommit(patient, commit);
    void group.add('a', [1]);
    void group.add('b', [2]);
    expect(groups.map(({ key, items }) => [key, items])).toEqual([
      ['a', [1]],
      ['b', [2]],
    ]);
  });

  it('tells a failure to its group and goes on with the next', async () => {
    const { groups, commit } = commits();
    const group = new GroupCommit(patient, commit);
    const failing = group.add('a', [1]);
    const next = group.add('a', [2]);
    groups[0]!.fail(new Error('no'));
    await expect(failing).rejects.toThrow('no');
    groups[1]!.end();
    expect(await next).toEqual(['a2']);
  });
});
