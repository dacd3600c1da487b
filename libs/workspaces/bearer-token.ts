import { createHash, randomBytes } from 'node:crypto';

/** 256 random bits behind a prefix, so that a token is recognised where it was left by mistake. */
export function newToken(prefix: string): string {
  return prefix + randomBytes(32).toString('base64url');
}

/** What is stored of a token. There is nothing to guess in 256 random bits, so SHA-256 needs neither salt nor work. */
export function tokenHash(token: string): Buffer {
  return createHash('sha256').update(token, 'utf8').digest();
}
