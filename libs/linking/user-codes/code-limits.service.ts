import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { CodeFailuresRepository } from './code-failures.repository.js';
import { isForgotten, waitAfter, type DelayRule } from './growing-delay.js';

const MINUTE = 60_000;

/** Somebody who copies ten signs from paper. */
const OF_ONE: DelayRule = { free: 5, firstMs: 30_000, longestMs: 60 * MINUTE, forgottenAfterMs: 24 * 60 * MINUTE };
/**
 * Of a whole workspace: above what mistyping comes to, below what guessing needs, which is 2^32 tries a find among a
 * million codes. The longest delay is short, because it is also what a guesser can do to honest people.
 */
const OF_ALL: DelayRule = { free: 200, firstMs: 1_000, longestMs: MINUTE, forgottenAfterMs: 60 * MINUTE };

/** Where a workspace counts all its people together. */
const ALL = '0';

/** Slows down who guesses codes. Counted in Postgres, so that more processes allow no more tries. */
@Injectable()
export class CodeLimits {
  constructor(
    private readonly failures: CodeFailuresRepository,
    private readonly db: Database,
  ) {}

  /**
   * Counts a try as failed before it is made, so that many at once get no further than one after the other. A try that
   * is not allowed is not counted.
   * @returns milliseconds to wait; 0: go on
   */
  async begin(scope: Scope, lineUserId: string): Promise<number> {
    const now = scope.clock.now();
    return this.db.transaction(scope, async () => {
      const known = await this.failures.claim(scope, [ALL, lineUserId], now);
      const wait = Math.max(...rules(lineUserId).map(([id, rule]) => waitAfter(known.get(id)!, rule, now)));
      if (wait > 0) return wait;
      for (const [id, rule] of rules(lineUserId)) {
        const { count, at } = known.get(id)!;
        await this.failures.write(scope, id, { count: isForgotten(at, rule, now) ? 1 : count + 1, at: now });
      }
      return 0;
    });
  }

  /** The code was right. */
  async succeeded(scope: Scope, lineUserId: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      await this.failures.takeBack(scope, ALL);
      await this.failures.clear(scope, lineUserId);
    });
  }
}

function rules(lineUserId: string): [string, DelayRule][] {
  return [
    [ALL, OF_ALL],
    [lineUserId, OF_ONE],
  ];
}
