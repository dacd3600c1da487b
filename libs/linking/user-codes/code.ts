import { randomInt } from 'node:crypto';
import type { WorkspaceRef } from '#kernel';
import { sha256 } from '#kernel';

const DIGITS = '2345679';
/** Letters that are told apart from each other, from the digits, and from their own other case, also in handwriting. */
const UPPER = 'ABDEFGHJKLMNPQRTUY';
const LOWER = 'abcdefghjmnrtxy';
const ALPHABET = DIGITS + UPPER + LOWER;

/** Ten of forty signs, at least one of each kind: 52.9 bits. */
export const CODE_LENGTH = 10;

/** A new code: small and capital letters and digits. */
export function newCode(): string {
  for (;;) {
    const code = Array.from({ length: CODE_LENGTH }, () => ALPHABET[randomInt(ALPHABET.length)]).join('');
    if (/\d/.test(code) && /[A-Z]/.test(code) && /[a-z]/.test(code)) return code;
  }
}

/** What somebody typed, with full-width signs made plain and without space around it; the case of letters stays. */
export function typedCode(text: string): string {
  return text.normalize('NFKC').trim();
}

/** Whatever case its letters are in: signs that occur in codes, both digits and letters among them. */
const SHAPE = /^(?=.*[2-9])(?=.*[a-z])[2-79a-hjkl-npqrtuxy]{10}$/i;

/**
 * Whether a text is meant as a code, perhaps in the wrong case. Words have no digit in them, telephone numbers no letter,
 * so that ordinary talk is left alone.
 */
export function looksLikeCode(text: string): boolean {
  return SHAPE.test(typedCode(text));
}

/**
 * How a code is found. The workspace is part of it, so that whoever steals the table has to search each workspace by
 * itself.
 */
export function codeHash({ workspaceId }: WorkspaceRef, code: string): Buffer {
  return sha256(`${workspaceId}:${code}`);
}
