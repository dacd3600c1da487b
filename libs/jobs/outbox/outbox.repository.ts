import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';
import type { Lane } from '../lanes.js';
import type { Outcome } from '../running/outcome.js';

export interface NewRow {
  job: string;
  lane: Lane;
  payload: object;
  oneAtATime: string | null;
  dueAt: Date;
  createdAt: Date;
}

/** A row that this process has taken, and which of its runs this is. */
export interface ClaimedRow {
  id: string;
  /** Null: the installation's own work. */
  scope: WorkspaceRef | null;
  job: string;
  payload: object;
  oneAtATime: string | null;
  recurring: boolean;
  attempts: number;
}

export interface DueRow {
  id: string;
  lane: Lane;
}

export interface ParkedJob {
  id: string;
  job: string;
  payload: object;
  attempts: number;
  parkedAt: Date;
  error: string;
}

export interface LaneFigures {
  lane: Lane;
  due: number;
  later: number;
  parked: number;
  oldestDueAt: Date | null;
}

/** The two clocks of a claim: what is due goes by the product's, whether a process is alive by the machine's. */
export interface Instants {
  at: Date;
  machineAt: Date;
}

@Injectable()
export class OutboxRepository {
  constructor(private readonly db: Database) {}

  async add(scope: WorkspaceRef | null, row: NewRow): Promise<string> {
    const { id } = await this.db.one<{ id: string }>(
      scope,
      sql`insert into outbox (workspace_id, job, lane, payload, one_at_a_time, due_at, created_at)
          values (${scope?.workspaceId ?? null}, ${row.job}, ${row.lane}, ${JSON.stringify(row.payload)},
                  ${row.oneAtATime}, ${row.dueAt}, ${row.createdAt})
          returning id`,
    );
    return id;
  }

  /** Makes a schedule's one row, or lets the one that is there come no later than its next occurrence. */
  async addRecurring(scope: null, row: Omit<NewRow, 'payload' | 'oneAtATime'>): Promise<string> {
    const { id } = await this.db.one<{ id: string }>(
      scope,
      sql`insert into outbox as o (job, lane, payload, recurring, due_at, created_at)
          values (${row.job}, ${row.lane}, '{}', true, ${row.dueAt}, ${row.createdAt})
          on conflict (job) where recurring
          do update set lane = excluded.lane, due_at = least(o.due_at, excluded.due_at)
          returning id`,
    );
    return id;
  }

  /** Takes a row for one run and counts it; undefined if it is done, not due, parked, taken, or must wait its turn. */
  async claim(scope: null, id: string, { at, machineAt }: Instants, leaseMs: number): Promise<ClaimedRow | undefined> {
    const [row] = await this.db.call<ClaimRecord>(
      scope,
      sql`select * from claim_outbox(${id}, ${at}, ${machineAt}, ${leaseMs} * interval '1 millisecond')`,
    );
    return (
      row && {
        id,
        scope: row.workspace_id === null ? null : { workspaceId: row.workspace_id },
        job: row.job,
        payload: row.payload,
        oneAtATime: row.one_at_a_time,
        recurring: row.recurring,
        attempts: row.attempts,
      }
    );
  }

  async renew(scope: null, ids: string[], until: Date): Promise<void> {
    await this.db.call(scope, sql`select renew_outbox(${ids}, ${until})`);
  }

  /** Ends a run for good. @returns false when it was not this run's any more */
  async remove(scope: WorkspaceRef | null, { id, attempts }: ClaimedRow): Promise<boolean> {
    return (await this.db.execute(scope, sql`delete from outbox where id = ${id} and attempts = ${attempts}`)) === 1;
  }

  /** Waits until no other handler runs in a transaction for the same key, and keeps others out until this one ends. */
  async lockKey(scope: WorkspaceRef | null, job: string, key: string): Promise<void> {
    await this.db.query(scope, sql`select pg_advisory_xact_lock(outbox_key(${job}, ${key}))`);
  }

  /** Writes down how a run failed, unless the row has gone on without it. */
  async fail(scope: WorkspaceRef | null, { id, attempts }: ClaimedRow, outcome: Outcome, at: Date): Promise<void> {
    const later = outcome.kind === 'later';
    await this.db.execute(
      scope,
      sql`update outbox
             set lease_until = null, error = ${outcome.error}, parked_at = ${later ? null : at},
                 due_at = ${later ? new Date(at.getTime() + outcome.inMs) : sql`due_at`},
                 attempts = ${later && !outcome.counted ? attempts - 1 : attempts}
           where id = ${id} and attempts = ${attempts}`,
    );
  }

  /** Moves a schedule's row on to its next occurrence. @param error of the last one, if it was given up */
  async recur(scope: null, { id, attempts }: ClaimedRow, dueAt: Date, error: string | null): Promise<void> {
    await this.db.execute(
      scope,
      sql`update outbox set due_at = ${dueAt}, attempts = 0, lease_until = null, error = ${error}
           where id = ${id} and attempts = ${attempts}`,
    );
  }

  /** The oldest rows of the lanes that could run now. */
  due(scope: null, lanes: readonly Lane[], { at, machineAt }: Instants, mostPerLane: number): Promise<DueRow[]> {
    return this.db.call<DueRow>(
      scope,
      sql`select due.id, due.lane
            from unnest(${lanes}::text[]) wanted
            cross join lateral lookup_due_outbox(wanted, ${at}, ${machineAt}, ${mostPerLane}) due
           order by due.due_at, due.id`,
    );
  }

  /** Who comes next of those that must not run at the same time. */
  async next(scope: null, job: string, key: string, at: Date): Promise<DueRow | undefined> {
    return (await this.db.call<DueRow>(scope, sql`select id, lane from lookup_next_outbox(${job}, ${key}, ${at})`))[0];
  }

  parked(scope: WorkspaceRef, most: number): Promise<ParkedJob[]> {
    return this.db.query<ParkedJob>(
      scope,
      sql`select id, job, payload, attempts, parked_at as "parkedAt", error from outbox
           where workspace_id = ${scope.workspaceId} and parked_at is not null
           order by parked_at desc, id desc limit ${most}`,
    );
  }

  /** Gives a parked row all its attempts again. */
  unpark(scope: WorkspaceRef, id: string, dueAt: Date): Promise<DueRow | undefined> {
    return this.db.maybeOne<DueRow>(
      scope,
      sql`update outbox set parked_at = null, attempts = 0, due_at = ${dueAt}
           where id = ${id} and workspace_id = ${scope.workspaceId} and parked_at is not null
           returning id, lane`,
    );
  }

  async figures(scope: null, at: Date): Promise<LaneFigures[]> {
    const rows = await this.db.call<FiguresRecord>(scope, sql`select * from lookup_outbox_figures(${at})`);
    return rows.map(({ lane, due, later, parked, oldest_due_at }) => ({
      lane,
      due: Number(due),
      later: Number(later),
      parked: Number(parked),
      oldestDueAt: oldest_due_at,
    }));
  }
}

interface ClaimRecord {
  workspace_id: string | null;
  job: string;
  payload: object;
  one_at_a_time: string | null;
  recurring: boolean;
  attempts: number;
}

interface FiguresRecord {
  lane: Lane;
  due: string;
  later: string;
  parked: string;
  oldest_due_at: Date | null;
}
