import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { localDate, startOfLocalDay, type Scope } from '#kernel';
import { tightest, type Tightest } from './room.js';
import { SpendingRepository } from './spending.repository.js';

/** Refused: under which ceiling how many would fit now, and when it begins anew. */
export type Reservation = { granted: true } | { granted: false; by: Tightest; freeAt: Date };

/**
 * What a workspace lets leave in a day and a month, counted before it leaves. Whoever leases a page reserves its messages
 * in the same transaction: they count if and only if the lease does.
 */
@Injectable()
export class SpendingCeilings {
  constructor(
    private readonly db: Database,
    private readonly spending: SpendingRepository,
  ) {}

  /** All of them or none. To be called once for messages, not again when the same request is repeated. */
  async reserve(scope: Scope, channelId: string, messages: number): Promise<Reservation> {
    const now = scope.clock.now();
    const date = localDate(now, scope.timeZone);
    const day = date.toString();
    return this.db.transaction(scope, async (): Promise<Reservation> => {
      const ceilings = await this.spending.holdCeilings(scope);
      if (!ceilings) {
        await this.spending.add(scope, channelId, day, messages);
        return { granted: true };
      }
      await this.spending.takeTurn(scope);
      await this.spending.add(scope, channelId, day, 0);
      const month = date.with({ day: 1 });
      const monthStart = startOfLocalDay(month, scope.timeZone);
      const soFar = await this.spending.soFar(scope, { month: month.toString(), day }, monthStart);
      const by = tightest(ceilings, soFar, { channelId, messages }, now);
      if (by) {
        const next = by.span === 'day' ? date.add({ days: 1 }) : month.add({ months: 1 });
        return { granted: false, by, freeAt: startOfLocalDay(next, scope.timeZone) };
      }
      await this.spending.add(scope, channelId, day, messages);
      return { granted: true };
    });
  }

  /** Messages that did not leave after all. @param reservedAt when they were reserved: they count on that day */
  giveBack(scope: Scope, channelId: string, messages: number, reservedAt: Date): Promise<void> {
    return this.spending.takeBack(scope, channelId, localDate(reservedAt, scope.timeZone).toString(), messages);
  }
}
