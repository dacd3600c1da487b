import { describe, expect, it } from '@jest/globals';
import { loginKeyOf } from './login-key.js';

describe('login ids', () => {
  it.each([
    ['Hanako@Shop.example', 'hanako@shop.example'],
    [' hanako ', 'hanako'],
    ['ｈａｎａｋｏ　１２', 'hanako 12'],
    ['ﾊﾅｺ', 'ハナコ'],
    ['は\u3099なこ', 'ばなこ'],
  ])('are compared without regard to case, width and spaces around them: %s', (loginId, key) => {
    expect(loginKeyOf(loginId)).toBe(key);
    expect(loginKeyOf(key)).toBe(key);
  });

  it.each(['', ' ', '　', 'a\0', 'a\nb', '\ud800', 'x'.repeat(255), 'ﷺ'.repeat(100)])('are not %j', (loginId) => {
    expect(loginKeyOf(loginId)).toBeUndefined();
  });
});
