import { Injectable } from '@nestjs/common';
import { errors, jwtVerify, SignJWT, type JWTPayload } from 'jose';
import { Audit } from '#audit';
import { Config } from '#config';
import { Database } from '#database';
import { Cipher, newId, newSecret, notFound, type Scope, type WorkspaceRef } from '#kernel';
import { noSignInKey, tooManySignInKeys } from '../sign-in.errors.js';
import type { CreatedSignInKeyDto, SignInKeyDto } from './sign-in-keys.dto.js';
import { SignInKeysRepository, type SealedKey } from './sign-in-keys.repository.js';

/** One in use and one to change to. */
const MOST_KEYS = 2;

/** Two computers are hardly further apart. */
const CLOCK_TOLERANCE_SECONDS = 60;

/** Pinned: neither `none` nor a public-key algorithm, whatever a token's header says. */
const ALGORITHM = 'HS256';

/** The claims of a token that one of the keys has signed, or why it is none. */
export type Verified = { claims: JWTPayload } | { why: string };

/** The secrets that a workspace's own servers and we share: 256 random bits each, sealed, shown once. */
@Injectable()
export class SignInKeys {
  constructor(
    private readonly keys: SignInKeysRepository,
    private readonly cipher: Cipher,
    private readonly config: Config,
    private readonly db: Database,
    private readonly audit: Audit,
  ) {}

  /** @throws AppError 409 where two live already */
  create(scope: Scope): Promise<CreatedSignInKeyDto> {
    const [id, secret, createdAt] = [newId(), newSecret(), scope.clock.now()];
    return this.db.transaction(scope, async () => {
      await this.keys.holdAll(scope);
      if ((await this.keys.all(scope)).length >= MOST_KEYS) throw tooManySignInKeys();
      await this.keys.add(scope, { id, secret: this.cipher.encrypt(secret, place(scope, id)), createdAt });
      await this.audit.record(scope, 'linking.sign_in_key_created', id);
      return { id, createdAt: createdAt.toISOString(), secret };
    });
  }

  /** The oldest first, which is the one that signs. */
  async list(scope: Scope): Promise<SignInKeyDto[]> {
    const keys = await this.keys.all(scope);
    return keys.map(({ id, createdAt }) => ({ id, createdAt: createdAt.toISOString() }));
  }

  /** What it has signed counts no more. @throws AppError 404 */
  remove(scope: Scope, id: string): Promise<void> {
    return this.db.transaction(scope, async () => {
      if (!(await this.keys.remove(scope, id))) throw notFound('sign-in-key');
      await this.audit.record(scope, 'linking.sign_in_key_deleted', id);
    });
  }

  /**
   * Signs claims as a JWT (HS256) with the oldest key: a new one can be taken to all servers before it is used. Adds
   * `iss` (PUBLIC_URL), `iat`, `exp` and, where there is none, `jti`; `kid` names the key.
   * @throws AppError 409 where the workspace has no key
   */
  async sign(scope: Scope, claims: JWTPayload, expiresInSeconds: number): Promise<string> {
    const [key] = await this.keys.all(scope);
    if (!key) throw noSignInKey();
    const now = Math.floor(scope.clock.now().getTime() / 1000);
    return new SignJWT({ jti: newSecret(16), ...claims, iss: this.issuer })
      .setProtectedHeader({ alg: ALGORITHM, typ: 'JWT', kid: key.id })
      .setIssuedAt(now)
      .setExpirationTime(now + expiresInSeconds)
      .sign(this.bytesOf(scope, key));
  }

  /** Whether one of the keys signed a token that is for us, of this time, and good for no longer than is allowed. */
  async verify(scope: Scope, token: string, longestSeconds: number): Promise<Verified> {
    let why = 'is not signed with a key of this workspace';
    for (const key of await this.keys.all(scope)) {
      try {
        const { payload } = await jwtVerify(token, this.bytesOf(scope, key), {
          algorithms: [ALGORITHM],
          audience: this.issuer,
          clockTolerance: CLOCK_TOLERANCE_SECONDS,
          currentDate: scope.clock.now(),
          maxTokenAge: longestSeconds,
          requiredClaims: ['iat', 'exp', 'aud', 'jti', 'sub'],
        });
        if (payload.exp! - payload.iat! > longestSeconds) return { why: `is good for more than ${longestSeconds} s` };
        return { claims: payload };
      } catch (error) {
        if (!(error instanceof errors.JOSEError)) throw error;
        if (!(error instanceof errors.JWSSignatureVerificationFailed)) why = reasonOf(error);
      }
    }
    return { why };
  }

  /** By which name we sign and are spoken to. */
  get issuer(): string {
    return this.config.publicUrl;
  }

  private bytesOf(scope: WorkspaceRef, { id, secret }: SealedKey): Uint8Array {
    return new TextEncoder().encode(this.cipher.decrypt(secret, place(scope, id)));
  }
}

/** Names the claim, never its value. */
function reasonOf(error: errors.JOSEError): string {
  if (error instanceof errors.JWTExpired) return 'has expired';
  if (error instanceof errors.JWTClaimValidationFailed) return `has no right "${error.claim}"`;
  if (error instanceof errors.JOSEAlgNotAllowed) return `is not signed with ${ALGORITHM}`;
  return 'is no signed JWT';
}

function place({ workspaceId }: WorkspaceRef, rowId: string) {
  return { workspaceId, table: 'sign_in_keys', column: 'secret', rowId };
}
