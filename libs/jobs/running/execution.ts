import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { OutboxRepository, type ClaimedRow } from '../outbox/outbox.repository.js';
import type { Handler } from './handler-book.js';
import { Leases } from './leases.js';

/** One run of a handler for a row that has been claimed. */
@Injectable()
export class Execution {
  constructor(
    private readonly db: Database,
    private readonly outbox: OutboxRepository,
    private readonly leases: Leases,
  ) {}

  /**
   * @returns false, with nothing done, when the row was ended by another run before this one got to it
   * @throws what the handler throws; then a transaction has taken back its effects, and the row is still there
   */
  async run(handler: Handler, row: ClaimedRow): Promise<boolean> {
    const payload = payloadOf(handler, row);
    if (handler.runs === 'in-transaction') return this.runInTransaction(handler, row, payload);
    return this.leases.while(row.id, async () => {
      await handler.run(payload, row.scope);
      // A schedule's row stays; the runner moves it on.
      return row.recurring || this.outbox.remove(row.scope, row);
    });
  }

  /** The delete comes first: it holds the row for as long as the handler runs, and tells whether there is still one. */
  private runInTransaction(handler: Handler, row: ClaimedRow, payload: object): Promise<boolean> {
    return this.db.transaction(row.scope, async () => {
      if (row.oneAtATime !== null) await this.outbox.lockKey(row.scope, row.job, row.oneAtATime);
      if (!(await this.outbox.remove(row.scope, row))) return false;
      await handler.run(payload, row.scope);
      return true;
    });
  }

  /**
   * The same for rows of one name and workspace, in one transaction.
   * @returns ids of those that were this run's
   */
  runTogether(handler: Handler, rows: readonly ClaimedRow[]): Promise<Set<string>> {
    const { scope } = rows[0]!;
    return this.db.transaction(scope, async () => {
      const mine = await this.outbox.removeAll(scope, rows);
      const payloads = rows.filter(({ id }) => mine.has(id)).map((row) => payloadOf(handler, row));
      if (payloads.length > 0)
        for (const payload of handler.together!.merge(payloads)) await handler.run(payload, scope);
      return mine;
    });
  }
}

function payloadOf(handler: Handler, { payload }: ClaimedRow): object {
  return handler.read?.(payload) ?? payload;
}
