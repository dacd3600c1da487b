import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import type { DelayRule } from '../limits/growing-delay.js';
import { GrowingDelays, type Counted } from '../limits/growing-delays.service.js';

const MINUTE = 60_000;

/** Somebody who copies ten signs from paper. */
const OF_ONE: DelayRule = { free: 5, firstMs: 30_000, longestMs: 60 * MINUTE, forgottenAfterMs: 24 * 60 * MINUTE };
/**
 * Of a whole workspace: above what mistyping comes to, below what guessing needs, which is 2^32 tries a find among a
 * million codes. The longest delay is short, because it is also what a guesser can do to honest people.
 */
const OF_ALL: DelayRule = { free: 200, firstMs: 1_000, longestMs: MINUTE, forgottenAfterMs: 60 * MINUTE };

const ALL: Counted = { kind: 'code', subject: 'all', rule: OF_ALL };

/** Slows down who guesses codes. */
@Injectable()
export class CodeLimits {
  constructor(private readonly delays: GrowingDelays) {}

  /** Counts a try, until the code turns out to be right. @returns milliseconds to wait; 0: go on */
  begin(scope: Scope, lineUserId: string): Promise<number> {
    return this.delays.begin(scope, [ALL, ofOne(lineUserId)]);
  }

  /** The code was right. */
  async succeeded(scope: Scope, lineUserId: string): Promise<void> {
    await this.delays.settle(scope, { back: [ALL], cleared: [ofOne(lineUserId)] });
  }
}

function ofOne(lineUserId: string): Counted {
  return { kind: 'code.line_user', subject: lineUserId, rule: OF_ONE };
}
