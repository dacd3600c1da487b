import { describe, expect, it } from '@jest/globals';
import { KNOWN_PASSWORDS } from './known-passwords.js';
import { passwordFault } from './password-rules.js';

describe('a password', () => {
  it.each(['correct horse battery', 'ながいパスワード', '7#xK!q2m', 'x'.repeat(4) + 'わたしの犬', 'mitsuru-87'])(
    'may be %s',
    (password) => {
      expect(passwordFault(password, 'hanako@shop.example')).toBeUndefined();
    },
  );

  it('has at least eight characters, as people count them', () => {
    expect(passwordFault('k7#xQ!2', 'hanako')).toBe('short');
    expect(passwordFault('😀😃😄😁😆😅😂', 'hanako')).toBe('short');
    expect(passwordFault('k7#xQ!2m', 'hanako')).toBeUndefined();
  });

  it('has at most 256', () => {
    const phrase = 'k7#xQ!2m '.repeat(40);
    expect(passwordFault(phrase.slice(0, 256), 'hanako')).toBeUndefined();
    expect(passwordFault(phrase.slice(0, 257), 'hanako')).toBe('long');
  });

  it('is none of those that are tried first, in whatever case and width', () => {
    for (const password of ['password', 'PassW0rd', 'ｐａｓｓｗｏｒｄ', '1qaz2wsx', 'Sakura123', 'iloveyou'])
      expect([password, passwordFault(password, 'hanako')]).toEqual([password, 'guessable']);
    expect(KNOWN_PASSWORDS.size).toBeGreaterThan(400);
    for (const password of KNOWN_PASSWORDS) expect(password).toBe(password.toLowerCase());
  });

  it.each(['aaaaaaaa', '00000000', '12121212', 'abcabcabc', 'abcdabcdab', '23456789', 'hgfedcba', 'ああああああああ'])(
    'is no pattern: %s',
    (password) => {
      expect(passwordFault(password, 'hanako')).toBe('guessable');
    },
  );

  it('is not the login id, or nearly', () => {
    const id = 'Hanako.Sato@shop.example';
    for (const password of ['hanako.sato@shop.example', 'hanako.sato', 'HANAKO.SATO1', '!hanako.sato!!'])
      expect([password, passwordFault(password, id)]).toEqual([password, 'login_id']);
    expect(passwordFault('hanako.sato likes tea', id)).toBeUndefined();
  });

  it('is text that can be stored', () => {
    expect(passwordFault('abc\0defgh', 'hanako')).toBe('unstorable');
    expect(passwordFault('abc\ud800defgh', 'hanako')).toBe('unstorable');
  });
});
