import { KNOWN_PASSWORDS } from './known-passwords.js';
import { loginKeyOf } from './login-key.js';

/** OWASP ASVS 5.0, 6.2.1; no rules on kinds of characters (6.2.5), and phrases must fit (6.2.9). */
export const SHORTEST_PASSWORD = 8;
export const LONGEST_PASSWORD = 256;

export type PasswordFault = 'short' | 'long' | 'unstorable' | 'guessable' | 'login_id';

/**
 * What is wrong with a password that somebody wants to have; undefined where nothing is. Asked before it is stored,
 * never at sign-in.
 */
export function passwordFault(password: string, loginId: string): PasswordFault | undefined {
  const folded = password.normalize('NFKC').toLowerCase();
  if (Array.from(folded).length < SHORTEST_PASSWORD) return 'short';
  if (password.length > LONGEST_PASSWORD) return 'long';
  if (password.includes('\0') || !password.isWellFormed()) return 'unstorable';
  if (KNOWN_PASSWORDS.has(folded) || isPattern(folded)) return 'guessable';
  const key = loginKeyOf(loginId);
  return key !== undefined && containsId(folded, key) ? 'login_id' : undefined;
}

/** One piece over and over (aaaaaaaa, 12121212, abcabcabc), or steps of one up or down (23456789, hgfedcba). */
function isPattern(text: string): boolean {
  if (startsAgain(text)) return true;
  const codes = Array.from(text, (character) => character.codePointAt(0)!);
  const steps = new Set(codes.slice(1).map((code, at) => code - codes[at]!));
  return steps.size === 1 && (steps.has(1) || steps.has(-1));
}

/** Whether a text is the beginning of its own first one to four characters over and over. */
function startsAgain(text: string): boolean {
  const characters = Array.from(text);
  return [1, 2, 3, 4].some((length) => characters.every((character, at) => character === characters[at % length]));
}

/** The id itself, or the name before the @, with at most three characters more. */
function containsId(password: string, key: string): boolean {
  const names = [key, key.split('@')[0]!].filter((name) => name.length >= 4);
  return names.some((name) => password.includes(name) && password.length - name.length <= 3);
}
