import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { friendStateOf, newestWords, type FriendWord } from './friend-changes.js';

const word: fc.Arbitrary<FriendWord> = fc.record({
  lineUserId: fc.constantFrom('1', '2', '3'),
  friendState: fc.constantFrom('friend', 'blocked'),
  at: fc.integer({ min: 0, max: 5 }).map((millis) => new Date(millis)),
});

describe('newestWords', () => {
  it('are the same whatever the order and however often each is said', () => {
    const sorted = (words: FriendWord[]) => newestWords(words).sort((a, b) => a.lineUserId.localeCompare(b.lineUserId));
    const shuffledTwice = fc
      .array(word, { maxLength: 20 })
      .chain((words) =>
        fc.tuple(fc.constant(words), fc.shuffledSubarray([...words, ...words], { minLength: words.length * 2 })),
      );
    fc.assert(
      fc.property(shuffledTwice, ([words, again]) => {
        expect(sorted(again)).toEqual(sorted(words));
      }),
      { seed: 1 },
    );
  });

  it('hold blocked where somebody came and went at the same instant', () => {
    const at = new Date(0);
    const came: FriendWord = { lineUserId: '1', friendState: 'friend', at };
    const went: FriendWord = { lineUserId: '1', friendState: 'blocked', at };
    expect(newestWords([came, went])).toEqual([went]);
    expect(newestWords([went, came])).toEqual([went]);
  });
});

describe('friendStateOf', () => {
  it('knows follow and unfollow, and nothing else', () => {
    expect(['follow', 'unfollow', 'message', 'constructor', ''].map(friendStateOf)).toEqual([
      'friend',
      'blocked',
      undefined,
      undefined,
      undefined,
    ]);
  });
});
