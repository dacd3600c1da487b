import { getDataSourceToken } from '@nestjs/typeorm';
import type { TransactionalAdapter } from '@nestjs-cls/transactional';
import type { DataSource, EntityManager, QueryRunner } from 'typeorm';
import type { Client } from 'pg';

export interface WorkspaceTransactionOptions {
  /** Null: the transaction sees no tenant's row. */
  workspaceId: string | null;
}

type Adapter = TransactionalAdapter<DataSource, EntityManager, WorkspaceTransactionOptions>;

/**
 * TypeORM's transactions for nestjs-cls, begun and given their workspace in the same round trip as their first statement:
 * two of the four that a single statement took, which is what most requests are. (The adapter of nestjs-cls cannot be
 * told what to begin with.)
 */
export class WorkspaceTransactions implements Adapter {
  readonly connectionToken = getDataSourceToken();

  readonly optionsFactory: Adapter['optionsFactory'] = (dataSource) => ({
    wrapWithTransaction: (options, work, setTransaction) => {
      return inTransaction(dataSource.createQueryRunner(), options, async (runner) => {
        setTransaction(runner.manager);
        return work() as Promise<unknown>;
      });
    },
    getFallbackInstance: () => dataSource.manager,
  });
}

async function inTransaction(
  runner: QueryRunner,
  { workspaceId }: WorkspaceTransactionOptions,
  work: (runner: QueryRunner) => Promise<unknown>,
): Promise<unknown> {
  try {
    const begin = `START TRANSACTION; SELECT set_config('app.workspace_id', '${literal(workspaceId)}', true)`;
    sendTogether((await runner.connect()) as Client);
    // Beginning fails with the connection only, and then so does all that is sent behind it.
    const [begun, worked] = await Promise.allSettled([runner.query(begin), work(runner)]);
    if (begun.status === 'rejected') throw begun.reason;
    if (worked.status === 'rejected') throw worked.reason;
    await runner.query('COMMIT');
    return worked.value;
  } catch (error) {
    await rollBack(runner, error);
    throw error;
  } finally {
    await runner.release();
  }
}

/** What is asked before this turn of the event loop ends goes out in one packet: Postgres is woken once for it. */
function sendTogether({ connection: { stream } }: Client): void {
  stream.cork();
  process.nextTick(() => stream.uncork());
}

/** Several statements in one message take no parameters, so what stands between the quotes must be a uuid. */
function literal(workspaceId: string | null): string {
  if (workspaceId !== null && !/^[0-9a-f-]{36}$/i.test(workspaceId)) throw new Error('A workspace’s id is a uuid.');
  return workspaceId ?? '';
}

/** Where the connection is gone there is nothing to roll back, and the pool drops it; what went wrong before matters. */
async function rollBack(runner: QueryRunner, reason: unknown): Promise<void> {
  try {
    await runner.query('ROLLBACK');
  } catch (error) {
    if (reason instanceof Error) reason.cause ??= error;
  }
}
