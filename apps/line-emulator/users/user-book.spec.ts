import { describe, expect, it } from '@jest/globals';
import { generatedUserId, userIdPattern } from '../ids.js';
import { UserBook } from './user-book.js';

describe('UserBook', () => {
  it('makes the same crowd from the same numbers, and not twice', () => {
    const book = new UserBook();
    const crowd = { count: 1000, seed: 7, prefix: 'abc', state: 'friend' } as const;
    expect(book.generate(crowd)).toBe(1000);
    expect(book.generate(crowd)).toBe(0);
    const last = generatedUserId('abc', 7, 999);
    expect(last).toMatch(userIdPattern);
    expect(book.userId(book.find(last) ?? -1)).toBe(last);
    expect(book.displayName(999)).toMatch(/^\S+ \S+$/);
  });

  it('grows a crowd, and takes people in who were met before', () => {
    const book = new UserBook();
    const met = book.enter(generatedUserId('', 2, 3));
    expect(book.generate({ count: 5, seed: 2, prefix: '', state: 'friend' })).toBe(4);
    expect(book.generate({ count: 8, seed: 2, prefix: '', state: 'blocked' })).toBe(3);
    expect(book.generate({ count: 5, seed: 9, prefix: '', state: 'friend' })).toBe(5);
    expect(book.generate({ count: 6, seed: 9, prefix: '', state: 'blocked' })).toBe(1);
    expect([book.state(met), book.size]).toEqual(['unknown', 14]);
    for (let user = 0; user < book.size; user++) expect(book.find(book.userId(user))).toBe(user);
    expect(book.find(generatedUserId('', 9, 6))).toBeUndefined();
    expect(book.find('U00000009zz')).toBeUndefined();
  });

  it('keeps states and names of single people apart', () => {
    const book = new UserBook();
    const hana = book.add(`U${'a'.repeat(32)}`, 'friend', '花子');
    const stranger = book.enter(`U${'b'.repeat(32)}`);
    book.setState(hana, 'blocked');
    expect([book.state(hana), book.displayName(hana), book.state(stranger)]).toEqual(['blocked', '花子', 'unknown']);
    expect([...book.list('blocked')]).toEqual([hana]);
  });
});
