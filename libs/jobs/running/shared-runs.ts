import { Injectable, Logger } from '@nestjs/common';
import { GroupCommit } from '#database';
import { OutboxRepository, type ClaimedRow } from '../outbox/outbox.repository.js';
import { MOST_TOGETHER } from '../queue/gathering.js';
import { describeError } from './describe-error.js';
import { Execution } from './execution.js';
import { HandlerBook, type Handler } from './handler-book.js';
import { JobRunner } from './job-runner.js';
import { LEASE_MS } from './leases.js';

/**
 * Runs rows that may share a run: in one transaction all that have been woken while the last one of their key was under
 * way. What fails, or has failed before, runs alone, so that one row's trouble is nobody else's.
 */
@Injectable()
export class SharedRuns {
  private readonly log = new Logger(SharedRuns.name);
  private readonly groups = new GroupCommit<readonly string[], void>(
    async (_key, woken) => {
      await this.runAll(woken.flat());
      return woken.map(() => undefined);
    },
    { atOnce: Infinity, weight: (ids) => ids.length, most: MOST_TOGETHER },
  );

  constructor(
    private readonly outbox: OutboxRepository,
    private readonly handlers: HandlerBook,
    private readonly execution: Execution,
    private readonly runner: JobRunner,
  ) {}

  /** @param together the key of the rows */
  run(together: string, ids: readonly string[]): Promise<void> {
    return this.groups.add(together, ids);
  }

  private async runAll(ids: readonly string[]): Promise<void> {
    const rows = await this.outbox.claimAll(null, ids, this.runner.instants(), LEASE_MS);
    const groups = Map.groupBy(rows, ({ job, scope }) => `${job} ${scope?.workspaceId}`);
    for (const group of groups.values()) await this.runGroup(group);
  }

  private async runGroup(rows: readonly ClaimedRow[]): Promise<void> {
    const handler = this.handlers.find(rows[0]!.job);
    const { together = [], alone = [] } = Object.groupBy(rows, (row) => {
      return handler && this.mayShare(handler, row) ? 'together' : 'alone';
    });
    if (together.length > 1 && (await this.share(handler!, together))) together.length = 0;
    for (const row of [...together, ...alone]) await this.runner.runClaimed(row);
  }

  /** @returns whether they are done */
  private async share(handler: Handler, rows: readonly ClaimedRow[]): Promise<boolean> {
    try {
      const mine = await this.execution.runTogether(handler, rows);
      this.runner.totals.done += mine.size;
      this.runner.totals.gone += rows.length - mine.size;
      return true;
    } catch (error) {
      this.log.warn(`${rows.length} of ${handler.name} failed together and run one by one. ${describeError(error)}`);
      return false;
    }
  }

  private mayShare({ together }: Handler, { id, attempts, payload }: ClaimedRow): boolean {
    try {
      return attempts === 1 && together !== undefined && together.isSmall(payload);
    } catch (error) {
      // What is stored is not its payload any more: alone it is found out and parked.
      this.log.debug(`Row ${id} runs alone. ${describeError(error)}`);
      return false;
    }
  }
}
