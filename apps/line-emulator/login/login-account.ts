import { randomBytes } from 'node:crypto';

/** A LINE Login channel. It shares its provider, and so its people, with the Messaging channel it is linked to. */
export interface LoginAccount {
  channelId: string;
  channelSecret: string;
  /** Callback addresses as registered; null takes every address on this machine. */
  redirectUris: string[] | null;
}

/** An account with what is given, else what is known, else made up. */
export function loginAccount(given: Partial<LoginAccount>, known?: LoginAccount): LoginAccount {
  return {
    channelId: `20${String(randomBytes(4).readUInt32BE()).padStart(10, '0').slice(-8)}`,
    channelSecret: randomBytes(16).toString('hex'),
    redirectUris: null,
    ...known,
    ...given,
  };
}

const ownMachine = new Set(['localhost', '127.0.0.1', '[::1]']);

/** Whether a login may end at that address: registered letter by letter, any further query allowed. */
export function acceptsRedirect({ redirectUris }: LoginAccount, uri: string): boolean {
  if (!/^https?:\/\//.test(uri) || uri.includes('#') || !URL.canParse(uri)) return false;
  if (!redirectUris) return ownMachine.has(new URL(uri).hostname);
  return redirectUris.some((one) => uri === one || uri.startsWith(one + (one.includes('?') ? '&' : '?')));
}
