import { randomBytes } from 'node:crypto';
import type { Channel } from '../channels/channel.js';
import { LineRefusal } from '../messaging-api/line-refusal.js';
import type { Platform } from '../platform.js';
import type { AccessToken } from './login-book.js';
import { signHs256 } from './tokens.js';

/** A fresh user access token; LINE's are JWS of their own making. */
export function newAccessToken({ account }: Channel): string {
  return signHs256({ jti: randomBytes(24).toString('base64url') }, account.login?.channelSecret ?? '');
}

/** The channel whose people hold this access token, alive or not. */
export function ownerOfUserToken(platform: Platform, token: string | undefined): Channel | undefined {
  if (token === undefined) return undefined;
  return platform.list().find(({ login }) => login.accessToken(token) !== undefined);
}

/** Why LINE would not take the token; undefined for a good one. */
export function whyNot(token: AccessToken | undefined, at: number): string | undefined {
  if (!token) return 'The access token not JWS';
  if (token.revoked) return 'The access token revoked';
  return token.expiresAt <= at ? 'The access token expired' : undefined;
}

/** The person behind a bearer token that must hold `scope`. */
export function personOf(channel: Channel | undefined, bearer: string | undefined, scope: string, at: number): Person {
  const token = channel?.login.accessToken(bearer ?? '');
  const reason = whyNot(token, at);
  if (!channel || !token || reason !== undefined) throw new LineRefusal(401, reason ?? '');
  if (!token.scopes.includes(scope)) throw new LineRefusal(403, 'Not enough permission.');
  return { channel, userId: token.userId, user: channel.users.enter(token.userId), scopes: token.scopes };
}

export interface Person {
  channel: Channel;
  userId: string;
  user: number;
  scopes: string[];
}
