import type { JWK } from 'jose';
import { AppError } from '#kernel';
import type { LineTransport } from '../line-transport.js';
import { fieldOf, oauthOutcome } from './oauth-outcome.js';

/** So a key that LINE has withdrawn is believed no longer than this. */
const FRESH_MS = 60 * 60 * 1000;
/** However many tokens name keys that nobody knows, LINE is asked this seldom. */
const COOLDOWN_MS = 60 * 1000;

/** LINE's public keys, which sign the ID tokens of LIFF. */
export class LineCerts {
  private keys = new Map<string, JWK>();
  private readAt = -Infinity;
  private askedAt = -Infinity;
  private asking?: Promise<void>;

  /** @param transport to LINE's API, without a token */
  constructor(private readonly transport: LineTransport) {}

  /**
   * @returns undefined for a key that LINE does not publish
   * @throws AppError 503 linking.line_unreachable where there are no keys at all and LINE gives none
   */
  async key(kid: string, now: Date): Promise<JWK | undefined> {
    const at = now.getTime();
    const isFresh = at - this.readAt < FRESH_MS;
    if ((!isFresh || !this.keys.has(kid)) && at - this.askedAt >= COOLDOWN_MS) {
      this.askedAt = at;
      this.asking = this.read(at);
    }
    await this.asking;
    if (this.keys.size === 0) throw keysUnknown();
    return this.keys.get(kid);
  }

  /** Where LINE does not answer, the keys of before count on. */
  private async read(at: number): Promise<void> {
    const read = await oauthOutcome(this.transport.get('/oauth2/v2.1/certs'), (answer) => {
      const keys = fieldOf(answer, 'keys');
      return Array.isArray(keys) ? (keys as JWK[]) : undefined;
    });
    if (read.kind !== 'answered') return;
    const named = read.value.filter(({ kid, kty, crv }) => kid !== undefined && kty === 'EC' && crv === 'P-256');
    this.keys = new Map(named.map((key) => [key.kid!, key]));
    this.readAt = at;
  }
}

function keysUnknown(): AppError {
  return new AppError('linking.line_unreachable', 503, 'LINE’s public keys cannot be read at the moment.');
}
