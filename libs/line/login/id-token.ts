import { timingSafeEqual } from 'node:crypto';
import { errors, importJWK, jwtVerify, type JWK, type JWTPayload } from 'jose';
import { AppError, sha256 } from '#kernel';
import { LINE_USER_ID } from '../limits.js';

/**
 * What LINE writes into `iss`. It is a name, not an address: expected also where `LINE_LOGIN_BASE_URL` points at a
 * stand-in, which has to write the same.
 */
const ISSUER = 'https://access.line.me';
/** How far LINE's clock and ours may be apart. */
const TOLERANCE_S = 60;

/** The way a token came decides how it is signed; the token has no say in it. */
export type IdTokenFlow = 'web' | 'liff';

export interface ExpectedIdToken {
  nonce: string;
  flow: IdTokenFlow;
  now: Date;
}

/** Whom an ID token speaks of. */
export interface IdTokenUser {
  /** `U…`, the same in all channels of a provider. */
  userId: string;
  name?: string;
  picture?: string;
}

/** What a Login channel's ID tokens are held against. */
export interface IdTokenChannel {
  channelId: string;
  channelSecret: string;
  /** LINE's public key by its id. */
  certificate: (kid: string, now: Date) => Promise<JWK | undefined>;
}

/**
 * Checks an ID token ourselves: signature, issuer, audience, times, nonce.
 * https://developers.line.biz/en/docs/line-login/verify-id-token/
 * @throws AppError 400 linking.id_token_refused, with what is wrong as `details.reason`
 */
export async function verifyIdToken(
  idToken: string,
  channel: IdTokenChannel,
  expected: ExpectedIdToken,
): Promise<IdTokenUser> {
  const payload = await claimsOf(idToken, channel, expected);
  const { sub, iat, aud, nonce, name, picture } = payload;
  // One audience only: a list would name others who may use the token too.
  if (aud !== channel.channelId) throw refused('the audience is another');
  if (iat! > expected.now.getTime() / 1000 + TOLERANCE_S) throw refused('it was issued in the future');
  if (typeof nonce !== 'string' || !sameText(nonce, expected.nonce)) throw refused('the nonce is another');
  if (!LINE_USER_ID.test(sub!)) throw refused('the subject is not a LINE user');
  return {
    userId: sub!,
    ...(typeof name === 'string' && { name }),
    ...(typeof picture === 'string' && { picture }),
  };
}

async function claimsOf(idToken: string, channel: IdTokenChannel, expected: ExpectedIdToken): Promise<JWTPayload> {
  const { now, flow } = expected;
  const common = {
    issuer: ISSUER,
    audience: channel.channelId,
    clockTolerance: TOLERANCE_S,
    currentDate: now,
    requiredClaims: ['sub', 'exp', 'iat', 'nonce'],
  };
  try {
    if (flow === 'web') {
      const secret = new TextEncoder().encode(channel.channelSecret);
      return (await jwtVerify(idToken, secret, { ...common, algorithms: ['HS256'] })).payload;
    }
    const byKid = async ({ kid }: { kid?: string }) => {
      const key = kid === undefined ? undefined : await channel.certificate(kid, now);
      if (!key) throw refused('it names a key that LINE does not publish');
      return importJWK(key, 'ES256');
    };
    return (await jwtVerify(idToken, byKid, { ...common, algorithms: ['ES256'] })).payload;
  } catch (error) {
    if (error instanceof errors.JOSEError) throw refused(reasonOf(error));
    throw error;
  }
}

/** In our words: those of the package may repeat what the token holds. */
function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'it has expired';
  if (error instanceof errors.JOSEAlgNotAllowed) return 'it is signed in a way that this flow does not use';
  if (error instanceof errors.JWSSignatureVerificationFailed) return 'the signature is not LINE’s';
  if (error instanceof errors.JWTClaimValidationFailed) return CLAIMS[error.claim] ?? 'a claim is not valid';
  return 'it is not a signed token';
}

const CLAIMS: Record<string, string> = {
  iss: 'the issuer is another',
  aud: 'the audience is another',
  nonce: 'the nonce is missing',
  sub: 'the subject is missing',
  exp: 'the time of expiry is missing or no time',
  iat: 'the time of issue is missing or no time',
  nbf: 'it is not valid yet',
};

function refused(reason: string): AppError {
  return new AppError('linking.id_token_refused', 400, 'LINE’s ID token is not accepted.', { details: { reason } });
}

function sameText(given: string, expected: string): boolean {
  return timingSafeEqual(sha256(given), sha256(expected));
}
