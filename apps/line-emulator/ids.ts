import { createHash, randomBytes } from 'node:crypto';

export const userIdPattern = /^U[0-9a-f]{32}$/;
/** What `to` of a push may be: a user, a group or a room. */
export const chatIdPattern = /^[UCR][0-9a-f]{32}$/;
export const retryKeyPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

const crockford = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';

/** A ULID, the form of LINE's `webhookEventId`. */
export function ulid(atMs: number): string {
  let time = '';
  for (let rest = Math.floor(atMs), i = 0; i < 10; i++) {
    time = crockford.charAt(rest % 32) + time;
    rest = Math.floor(rest / 32);
  }
  return time + Array.from(randomBytes(16), (byte) => crockford.charAt(byte % 32)).join('');
}

/** The same words give the same 32 hex digits, so that a channel keeps its bot user over restarts. */
export function hex32(...words: string[]): string {
  return createHash('sha256').update(words.join('\n')).digest('hex').slice(0, 32);
}

export function randomUserId(): string {
  return `U${randomBytes(16).toString('hex')}`;
}

/** Message ids are decimal strings of 18 digits, more than a JavaScript number holds. */
export function messageId(serial: number): string {
  return `561${String(serial).padStart(15, '0')}`;
}

/** The id of person i of a generated crowd; the formula is part of the README, so benches need not ask for ids. */
export function generatedUserId(prefix: string, seed: number, i: number): string {
  const head = prefix + seed.toString(16).padStart(8, '0');
  return `U${head}${i.toString(16).padStart(32 - head.length, '0')}`;
}
