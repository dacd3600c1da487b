import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { networkOf } from '#workspaces';
import type { DelayRule } from '../limits/growing-delay.js';
import { GrowingDelays, type Counted } from '../limits/growing-delays.service.js';
import { subjectOf } from '../limits/tries.repository.js';
import { signInTooOften } from './sign-in.errors.js';

const DELAYS = { firstMs: 1_000, longestMs: 15 * 60_000, forgottenAfterMs: 24 * 3_600_000 };
/** A person mistypes; an office behind one address has many of them. */
const OF_LOGIN: DelayRule = { free: 5, ...DELAYS };
const OF_ADDRESS: DelayRule = { free: 20, ...DELAYS };

/** Asking for a mail is counted by itself: who does so has not failed to sign in. */
export type Tried = 'sign_in' | 'reset';

/** Who tries: a login key, known or not, and the network address it comes from. */
export interface Trier {
  loginKey: string;
  address: string;
}

/** Slows down who guesses passwords, by login id and by network address; unknown login ids as known ones. */
@Injectable()
export class SignInTries {
  constructor(private readonly delays: GrowingDelays) {}

  /** Counts a try, until it turns out to be right. @throws AppError 429 with the seconds to wait */
  async begin(scope: Scope, tried: Tried, trier: Trier): Promise<void> {
    const wait = await this.delays.begin(scope, [ofAddress(scope, tried, trier), ofLogin(scope, tried, trier)]);
    if (wait > 0) throw signInTooOften(Math.ceil(wait / 1_000));
  }

  /** The address is not cleared: one's own account must not be the way to guess at others' for ever. */
  async succeeded(scope: Scope, trier: Trier): Promise<void> {
    const [back, cleared] = [[ofAddress(scope, 'sign_in', trier)], [ofLogin(scope, 'sign_in', trier)]];
    await this.delays.settle(scope, { back, cleared });
  }

  /** It came to no answer: our fault, not theirs. */
  async takenBack(scope: Scope, trier: Trier): Promise<void> {
    await this.delays.settle(scope, { back: [ofAddress(scope, 'sign_in', trier), ofLogin(scope, 'sign_in', trier)] });
  }

  /** Whose login it is has shown who they are in another way. */
  async forgive(scope: Scope, loginKey: string): Promise<void> {
    await this.delays.settle(scope, { back: [], cleared: [ofLogin(scope, 'sign_in', { loginKey })] });
  }
}

function ofLogin(scope: Scope, tried: Tried, { loginKey }: Pick<Trier, 'loginKey'>): Counted {
  return { kind: `${tried}.login`, subject: subjectOf(scope, loginKey), rule: OF_LOGIN };
}

function ofAddress(scope: Scope, tried: Tried, { address }: Pick<Trier, 'address'>): Counted {
  return { kind: `${tried}.address`, subject: subjectOf(scope, networkOf(address)), rule: OF_ADDRESS };
}
