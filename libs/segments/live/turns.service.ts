import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { ClocksRepository } from './clocks.repository.js';

/** One after another: of two who judge a member at the same time, the one who saw less could write last. */
@Injectable()
export class Turns {
  constructor(
    private readonly db: Database,
    private readonly clocks: ClocksRepository,
  ) {}

  /**
   * @param work reads what is committed by then; `asOf` is never earlier than that of the turn before
   * @param before is done in the same transaction, while others may still have their turns
   */
  take<T>(scope: Scope, work: (asOf: Date) => Promise<T>, before?: () => Promise<void>): Promise<T> {
    return this.db.transaction(scope, async () => {
      await before?.();
      await this.clocks.lock(scope);
      return work(await this.clocks.moment(scope));
    });
  }
}
