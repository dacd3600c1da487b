import type { EventEmitter } from 'node:events';
import { Injectable, Logger } from '@nestjs/common';
import { TransactionHost } from '@nestjs-cls/transactional';
import { ClsService } from 'nestjs-cls';
import type { QueryResult } from 'typeorm';
import type { WorkspaceRef } from '#kernel';
import { textOf } from './prepared.js';
import type { Sql } from './sql.js';
import type { WorkspaceTransactions } from './workspace-transactions.js';

interface Ambient {
  workspaceId: string | null;
  afterCommit: (() => Promise<void>)[];
}

const AMBIENT = 'database.ambient';

/**
 * The way to Postgres. The transaction is ambient: what runs inside `transaction` joins it without being handed it.
 * Row-level security shows each transaction the rows of one workspace only, and without one no tenant row at all.
 */
@Injectable()
export class Database {
  private readonly log = new Logger(Database.name);

  constructor(
    private readonly host: TransactionHost<WorkspaceTransactions>,
    private readonly cls: ClsService,
  ) {}

  /**
   * Runs `work` in the ambient transaction of a workspace, opening one if there is none.
   * @param scope `null` for the installation's own rows, which belong to no workspace
   * @throws Error when a transaction of another workspace is open: two tenants never share one
   */
  async transaction<T>(scope: WorkspaceRef | null, work: () => Promise<T>): Promise<T> {
    const workspaceId = scope?.workspaceId ?? null;
    const open = this.ambient();
    if (open) {
      if (open.workspaceId !== workspaceId) throw new Error('A transaction of another workspace is open.');
      return work();
    }
    const ambient: Ambient = { workspaceId, afterCommit: [] };
    const result = await this.cls.run({ ifNested: 'inherit' }, () =>
      this.host.withTransaction({ workspaceId }, async () => {
        this.cls.set(AMBIENT, ambient);
        return work();
      }),
    );
    for (const hook of ambient.afterCommit) this.runHook(hook);
    return result;
  }

  /** One statement, in the ambient transaction or, without one, in its own. */
  async query<Row extends object>(scope: WorkspaceRef | null, statement: Sql): Promise<Row[]> {
    return this.transaction(scope, async () => (await this.run(statement)).records as Row[]);
  }

  /** One statement; answers how many rows it wrote. */
  async execute(scope: WorkspaceRef | null, statement: Sql): Promise<number> {
    return this.transaction(scope, async () => (await this.run(statement)).affected ?? 0);
  }

  /** The first row, or undefined. */
  async maybeOne<Row extends object>(scope: WorkspaceRef | null, statement: Sql): Promise<Row | undefined> {
    return (await this.query<Row>(scope, statement))[0];
  }

  /** The first row of a statement that always has one. */
  async one<Row extends object>(scope: WorkspaceRef | null, statement: Sql): Promise<Row> {
    const row = await this.maybeOne<Row>(scope, statement);
    if (!row) throw new Error('A statement that always returns a row returned none.');
    return row;
  }

  /**
   * One statement by itself, of no workspace and in no transaction: one round trip instead of four, and done when this
   * returns. For the owner's functions, which are the only ones to see anything without a workspace.
   */
  async call<Row extends object>(_scope: null, statement: Sql): Promise<Row[]> {
    if (this.ambient())
      throw new Error('A transaction is open: what runs beside it would not see what it has written.');
    return this.host.tx.dataSource.query<Row[]>(asText(statement), statement.values);
  }

  /** Runs after the ambient transaction has committed, never if it rolls back; may be lost if the process dies first. */
  afterCommit(hook: () => Promise<void>): void {
    const open = this.ambient();
    if (open) open.afterCommit.push(hook);
    else this.runHook(hook);
  }

  /**
   * Runs `work` while holding a named lock across all processes; undefined, without running it, where somebody else
   * holds it. The lock is the connection's: it ends with the process, however that dies.
   * @param work gets `held()`, which turns false when the connection, and with it the lock, is lost
   */
  async withLock<T>(name: string, work: (lock: { held(): boolean }) => Promise<T>): Promise<T | undefined> {
    const runner = this.host.tx.dataSource.createQueryRunner();
    const lock = { lost: false, held: () => !lock.lost };
    const lose = () => (lock.lost = true);
    const client = (await runner.connect()) as EventEmitter;
    for (const event of ['end', 'error']) client.on(event, lose);
    try {
      const key = `hashtextextended($1, 0)`;
      const [row] = (await runner.query(`select pg_try_advisory_lock(${key}) as taken`, [name])) as {
        taken: boolean;
      }[];
      if (!row?.taken) return undefined;
      try {
        return await work(lock);
      } finally {
        if (lock.held()) await runner.query(`select pg_advisory_unlock(${key})`, [name]);
      }
    } finally {
      // The connection goes back to the pool, and must not collect listeners there.
      for (const event of ['end', 'error']) client.off(event, lose);
      await runner.release();
    }
  }

  private run(statement: Sql): Promise<QueryResult> {
    const runner = this.host.tx.queryRunner;
    if (!runner) throw new Error('No transaction is open.');
    return runner.query(asText(statement), statement.values, true);
  }

  private ambient(): Ambient | undefined {
    return this.cls.isActive() && this.host.isTransactionActive() ? this.cls.get<Ambient>(AMBIENT) : undefined;
  }

  private runHook(hook: () => Promise<void>): void {
    hook().catch((error: unknown) => this.log.error('A hook after commit failed.', error));
  }
}

/** The driver takes a statement with its name in the place of a text; TypeORM, which only hands it on, does not say so. */
function asText(statement: Sql): string {
  return textOf(statement) as string;
}
