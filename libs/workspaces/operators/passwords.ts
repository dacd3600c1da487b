import { argon2, randomBytes, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { passwordsBusy } from './operators.errors.js';
import { Turns } from './turns.js';

interface Work {
  /** KiB. */
  memory: number;
  passes: number;
  parallelism: number;
}

/** Least work of the OWASP Password Storage Cheat Sheet (2026-08); about 40 ms. May rise: what is stored says its own. */
const WORK: Work = { memory: 19_456, passes: 2, parallelism: 1 };
const SALT_BYTES = 16;
const HASH_BYTES = 32;

/** Each takes WORK.memory and one of libuv's four threads, of which files and DNS need some too. */
const AT_ONCE = 2;
/** About one second of waiting. */
const MOST_WAITING = 40;

/** Argon2id, written as `$argon2id$v=19$m=19456,t=2,p=1$salt$hash`. However many sign in, memory stays bounded. */
@Injectable()
export class Passwords {
  private readonly turns = new Turns(AT_ONCE, MOST_WAITING, passwordsBusy);
  /** Nobody's: checked where there is no operator, so that this takes as long. */
  private readonly decoy = encoded(WORK, randomBytes(SALT_BYTES), randomBytes(HASH_BYTES));

  /** @throws AppError 503 where too many are waiting */
  async hash(password: string): Promise<string> {
    const salt = randomBytes(SALT_BYTES);
    return encoded(WORK, salt, await this.derive(password, WORK, salt));
  }

  /**
   * @param stored undefined where there is none: the same work is done, and the answer is false
   * @throws AppError 503 where too many are waiting
   */
  async verify(password: string, stored: string | undefined): Promise<boolean> {
    const { work, salt, hash } = decoded(stored ?? this.decoy);
    const derived = await this.derive(password, work, salt);
    return timingSafeEqual(derived, hash) && stored !== undefined;
  }

  /**
   * Whether a hash that somebody else has made is as one of ours. Less work would be easier to guess at; with more or
   * less, the time of a refusal would tell whose password it is.
   */
  fits(stored: string): boolean {
    if (!FORMAT.test(stored)) return false;
    const { salt, hash } = decoded(stored);
    return salt.length === SALT_BYTES && hash.length === HASH_BYTES && encoded(WORK, salt, hash) === stored;
  }

  /** Whether a password should be hashed anew, when it is at hand, because more work is asked by now. */
  isOutdated(stored: string): boolean {
    const { work } = decoded(stored);
    return work.memory !== WORK.memory || work.passes !== WORK.passes || work.parallelism !== WORK.parallelism;
  }

  /** Normalised, because keyboards differ in how they compose the same letters (NIST SP 800-63B, 3.1.1.2). */
  private derive(password: string, work: Work, nonce: Buffer): Promise<Buffer> {
    const parameters = { message: password.normalize('NFKC'), nonce, tagLength: HASH_BYTES, ...work };
    return this.turns.take(
      () =>
        new Promise((done, fail) => {
          argon2('argon2id', parameters, (error, derived) => (error ? fail(error) : done(derived)));
        }),
    );
  }
}

const FORMAT = /^\$argon2id\$v=19\$m=(\d+),t=(\d+),p=(\d+)\$([A-Za-z0-9+/]+)\$([A-Za-z0-9+/]+)$/;

function encoded({ memory, passes, parallelism }: Work, salt: Buffer, hash: Buffer): string {
  const text = (bytes: Buffer) => bytes.toString('base64').replace(/=+$/, '');
  return `$argon2id$v=19$m=${memory},t=${passes},p=${parallelism}$${text(salt)}$${text(hash)}`;
}

function decoded(stored: string): { work: Work; salt: Buffer; hash: Buffer } {
  const [, memory, passes, parallelism, salt, hash] = FORMAT.exec(stored) ?? [];
  if (salt === undefined || hash === undefined) throw new Error('A stored password is not a hash of ours.');
  return {
    work: { memory: Number(memory), passes: Number(passes), parallelism: Number(parallelism) },
    salt: Buffer.from(salt, 'base64'),
    hash: Buffer.from(hash, 'base64'),
  };
}
