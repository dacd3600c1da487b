import { describe, expect, it } from '@jest/globals';
import { movesBetween } from './menu-moves.js';
import type { MenuRule } from './rules.dto.js';

const rule = (menuId: string, when: MenuRule['when']): MenuRule => ({ menuId, when });
const gold = { rank: 'gold' };
const linked = { linked: true };

describe('Moves between two lists of rules', () => {
  it('are the menus that came in the place of others', () => {
    const moves = movesBetween([rule('a', gold), rule('b', linked)], [rule('b', gold), rule('a', linked)]);
    expect(moves).toEqual(new Map(Object.entries({ a: 'b', b: 'a' })));
  });

  it('leave out the menus that stay', () => {
    const moves = movesBetween([rule('a', gold), rule('b', linked)], [rule('a', gold), rule('c', linked)]);
    expect(moves).toEqual(new Map([['b', 'c']]));
  });

  it('go by what conditions say, not by the order in which they say it', () => {
    const hours = { from: '21:00', to: '06:00' };
    expect(movesBetween([rule('a', { ...gold, hours })], [rule('b', { hours, ...gold })])).toEqual(
      new Map([['a', 'b']]),
    );
  });

  it.each([
    ['nothing has changed', [rule('a', gold)], [rule('a', gold)]],
    ['a condition has changed', [rule('a', gold)], [rule('b', { rank: 'silver' })]],
    ['a rule was added', [rule('a', gold)], [rule('b', gold), rule('c', linked)]],
    ['rules were turned round', [rule('a', gold), rule('b', linked)], [rule('b', linked), rule('a', gold)]],
    ['one menu became two', [rule('a', gold), rule('a', linked)], [rule('a', gold), rule('b', linked)]],
  ])('are unknown where %s', (_, before, now) => {
    expect(movesBetween(before, now)).toBeUndefined();
  });
});
