import { createHmac, createPrivateKey, createPublicKey, generateKeyPairSync, sign, verify } from 'node:crypto';
import type { JsonWebKey } from 'node:crypto';
import { hex32 } from '../ids.js';
import { isObject } from '../validation/problems.js';
import type { JsonObject } from '../validation/problems.js';

const encoded = (value: object) => Buffer.from(JSON.stringify(value)).toString('base64url');

/** Reads one part of a token; undefined unless it is a JSON object. */
function decoded(part: string | undefined): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(Buffer.from(part ?? '', 'base64url').toString());
    return isObject(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const hmac = (body: string, secret: string) => createHmac('sha256', secret).update(body).digest('base64url');

export interface SignedToken {
  header: JsonObject;
  claims: JsonObject;
  body: string;
  signature: string;
}

/** The parts of a JWT, unproven; undefined if it is none. */
export function parseToken(token: string): SignedToken | undefined {
  const [head, payload, signature, ...rest] = token.split('.');
  const header = decoded(head);
  const claims = decoded(payload);
  if (!header || !claims || !signature || rest.length > 0) return undefined;
  return { header, claims, body: `${head}.${payload}`, signature };
}

/** As LINE signs on the web: with the channel secret, and no `kid`. */
export function signHs256(claims: object, secret: string): string {
  const body = `${encoded({ typ: 'JWT', alg: 'HS256' })}.${encoded(claims)}`;
  return `${body}.${hmac(body, secret)}`;
}

export function isHs256({ header, body, signature }: SignedToken, secret: string): boolean {
  return header['alg'] === 'HS256' && signature === hmac(body, secret);
}

/** The platform's own key, which signs in LIFF. */
export class SigningKey {
  readonly kid: string;

  constructor(readonly jwk: JsonWebKey) {
    this.kid = hex32('key', jwk.x ?? '', jwk.y ?? '');
  }

  static generate(): SigningKey {
    return new SigningKey(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ format: 'jwk' }));
  }

  /** As `GET /oauth2/v2.1/certs` shows it. */
  get published(): object {
    const { kty, crv, x, y } = this.jwk;
    return { kty, crv, x, y, alg: 'ES256', use: 'sig', kid: this.kid };
  }

  sign(claims: object): string {
    const body = `${encoded({ typ: 'JWT', alg: 'ES256', kid: this.kid })}.${encoded(claims)}`;
    const key = createPrivateKey({ key: this.jwk, format: 'jwk' });
    return `${body}.${sign('sha256', Buffer.from(body), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`;
  }

  signed({ header, body, signature }: SignedToken): boolean {
    if (header['alg'] !== 'ES256' || header['kid'] !== this.kid) return false;
    const key = createPublicKey({ key: this.jwk, format: 'jwk' });
    const given = Buffer.from(signature, 'base64url');
    return verify('sha256', Buffer.from(body), { key, dsaEncoding: 'ieee-p1363' }, given);
  }
}

interface Client {
  channelId: string;
  channelSecret: string;
}

/** Seconds a stateless channel token lives: https://developers.line.biz/en/docs/basics/channel-access-token/ */
export const statelessLifeSeconds = 900;

/** A channel token that nobody has to remember: it says whose it is and until when. */
export function issueStateless({ channelId, channelSecret }: Client, at: number): string {
  return signHs256({ client_id: channelId, exp: Math.floor(at / 1000) + statelessLifeSeconds }, channelSecret);
}

/** The channel a stateless token claims to be of, with the proof still to be asked; undefined for other tokens. */
export function readStateless(
  token: string,
): { clientId: string; holds: (client: Client, at: number) => boolean } | undefined {
  const parsed = parseToken(token);
  const { client_id: clientId, exp } = parsed?.claims ?? {};
  if (!parsed || typeof clientId !== 'string' || typeof exp !== 'number') return undefined;
  return { clientId, holds: ({ channelSecret }, at) => exp * 1000 > at && isHs256(parsed, channelSecret) };
}
