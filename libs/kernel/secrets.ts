import { createHash, randomBytes } from 'node:crypto';

/** A new secret in base64url: 43 characters for the 32 bytes that are asked for where nothing else is known. */
export function newSecret(bytes = 32): string {
  return randomBytes(bytes).toString('base64url');
}

/** How a secret is kept that is only ever compared. For secrets with enough randomness, never for passwords. */
export function sha256(text: string): Buffer {
  return createHash('sha256').update(text, 'utf8').digest();
}

/** The S256 challenge of a code verifier (RFC 7636, 4.2). @param verifier 43 to 128 of `[A-Za-z0-9-._~]` */
export function pkceChallenge(verifier: string): string {
  return sha256(verifier).toString('base64url');
}
