import type { Channel } from '../channels/channel.js';
import type { Platform } from '../platform.js';
import type { JsonObject } from '../validation/problems.js';
import type { LoginAccount } from './login-account.js';
import type { CodeGrant } from './login-book.js';
import { oauth } from './oauth-refusal.js';
import { isHs256, parseToken, signHs256 } from './tokens.js';

export const issuer = 'https://access.line.me';
const lifeSeconds = 3600;

/** Who the ID token is about and for what. */
export type About = Pick<CodeGrant, 'userId' | 'scopes' | 'nonce' | 'authTime'> & { amr?: string };

export function idClaims(channel: Channel, { channelId }: LoginAccount, about: About, at: number): object {
  const { userId, scopes, nonce, amr, authTime } = about;
  const iat = Math.floor(at / 1000);
  const name = scopes.includes('profile') ? channel.users.displayName(channel.users.enter(userId)) : undefined;
  return {
    iss: issuer,
    sub: userId,
    aud: channelId,
    exp: iat + lifeSeconds,
    iat,
    auth_time: authTime,
    nonce,
    amr: amr === undefined ? undefined : [amr],
    name,
  };
}

export function webIdToken(channel: Channel, login: LoginAccount, about: About, at: number): string {
  return signHs256(idClaims(channel, login, about, at), login.channelSecret);
}

export interface Expected {
  clientId: string;
  nonce?: string;
  userId?: string;
}

/** The claims of an ID token; refused in LINE's words: https://developers.line.biz/en/reference/line-login/#verify-id-token */
export function verifiedClaims(platform: Platform, token: string, expected: Expected, at: number): JsonObject {
  const claims = signedClaims(platform, token);
  if (!claims) throw oauth.invalid('Invalid IdToken.');
  if (claims['iss'] !== issuer) throw oauth.invalid('Invalid IdToken Issuer.');
  if (Number(claims['exp']) * 1000 <= at) throw oauth.invalid('IdToken expired.');
  if (claims['aud'] !== expected.clientId) throw oauth.invalid('Invalid IdToken Audience.');
  if (expected.nonce !== undefined && claims['nonce'] !== expected.nonce) {
    throw oauth.invalid('Invalid IdToken Nonce.');
  }
  if (expected.userId !== undefined && claims['sub'] !== expected.userId) {
    throw oauth.invalid('Invalid IdToken Subject Identifier.');
  }
  return claims;
}

/** By the platform's key, or by the secret of the channel the token says it is for. */
function signedClaims(platform: Platform, token: string): JsonObject | undefined {
  const parsed = parseToken(token);
  if (!parsed) return undefined;
  const login = platform.channelOfLogin(String(parsed.claims['aud']))?.account.login;
  const signed = platform.signingKey.signed(parsed) || (login !== undefined && isHs256(parsed, login.channelSecret));
  return signed ? parsed.claims : undefined;
}
