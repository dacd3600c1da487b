import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { isForgotten, waitAfter, type DelayRule } from './growing-delay.js';
import { TriesRepository, type TryKey } from './tries.repository.js';

export interface Counted extends TryKey {
  rule: DelayRule;
}

/** Slows down who guesses. Counted in Postgres, so that more processes allow no more tries. */
@Injectable()
export class GrowingDelays {
  constructor(
    private readonly tries: TriesRepository,
    private readonly db: Database,
  ) {}

  /**
   * Counts a try as failed before it is made, so that many at once get no further than one after the other. A try that
   * is not allowed is not counted.
   * @returns milliseconds to wait; 0: go on
   */
  async begin(scope: Scope, counted: readonly Counted[]): Promise<number> {
    const now = scope.clock.now();
    return this.db.transaction(scope, async () => {
      const known = await this.tries.claim(scope, counted, now);
      const wait = Math.max(...counted.map(({ rule }, n) => waitAfter(known[n]!, rule, now)));
      if (wait > 0) return wait;
      for (const [n, key] of counted.entries()) {
        const { count, at } = known[n]!;
        await this.tries.write(scope, key, { count: isForgotten(at, key.rule, now) ? 1 : count + 1, at: now });
      }
      return 0;
    });
  }

  /**
   * It was right, or it was none.
   * @param back counted as one less
   * @param cleared forgotten altogether
   */
  async settle(scope: Scope, { back, cleared = [] }: { back: TryKey[]; cleared?: TryKey[] }): Promise<void> {
    await this.db.transaction(scope, async () => {
      for (const key of back) await this.tries.takeBack(scope, key);
      for (const key of cleared) await this.tries.clear(scope, key);
    });
  }
}
