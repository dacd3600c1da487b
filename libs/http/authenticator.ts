import type { Scope } from '#kernel';

/** Tells on whose behalf a bearer acts. Implemented where keys and sessions are kept. */
export abstract class Authenticator {
  /** @returns undefined for a key that is unknown or revoked */
  abstract authenticate(bearer: string): Promise<Scope | undefined>;
}
