import { Injectable } from '@nestjs/common';
import { bigints, Database, instants, integers, prepared, sql, texts } from '#database';
import type { WorkspaceRef } from '#kernel';
import type { Lane } from '../lanes.js';
import type { Outcome } from '../running/outcome.js';

export interface NewRow {
  job: string;
  lane: Lane;
  payload: object;
  oneAtATime: string | null;
  /** At once where it is `createdAt`, and then by any clock. */
  dueAt: Date;
  createdAt: Date;
}

/** When a schedule's row is due. */
export interface Occurrence {
  dueAt: Date;
  /** See `OutboxRow`. */
  countedFrom: Date | null;
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

export interface DueJob extends DueRow {
  job: string;
  /** Null: the installation's own work. */
  workspaceId: string | null;
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

  /** @returns their ids, in their order */
  async add(scope: WorkspaceRef | null, rows: readonly NewRow[]): Promise<string[]> {
    const of = <T>(value: (row: NewRow) => T): T[] => rows.map(value);
    const added = await this.db.query<{ id: string }>(
      scope,
      prepared(sql`insert into outbox (workspace_id, job, lane, payload, one_at_a_time, due_at, counted_from, created_at)
          select ${scope?.workspaceId ?? null}, job, lane, payload::jsonb, one_at_a_time, due_at,
                 case when due_at = created_at then due_at end, created_at
            from unnest(${texts(of(({ job }) => job))}::text[], ${texts(of(({ lane }) => lane))}::text[],
                        ${texts(of(({ payload }) => JSON.stringify(payload)))}::text[],
                        ${texts(of(({ oneAtATime }) => oneAtATime))}::text[],
                        ${instants(of(({ dueAt }) => dueAt.getTime()))}::timestamptz[],
                        ${instants(of(({ createdAt }) => createdAt.getTime()))}::timestamptz[])
                 with ordinality as n (job, lane, payload, one_at_a_time, due_at, created_at, place)
           order by place
          returning id`),
    );
    return added.map(({ id }) => id);
  }

  /** Makes a schedule's one row, or lets the one that is there come no later than its next occurrence. */
  async addRecurring(scope: null, row: Omit<NewRow, 'payload' | 'oneAtATime'> & Occurrence): Promise<string> {
    const { id } = await this.db.one<{ id: string }>(
      scope,
      sql`insert into outbox as o (job, lane, payload, recurring, due_at, counted_from, created_at)
          values (${row.job}, ${row.lane}, '{}', true, ${row.dueAt}, ${row.countedFrom}, ${row.createdAt})
          on conflict (job) where recurring
          do update set lane = excluded.lane, due_at = least(o.due_at, excluded.due_at),
            counted_from = case when o.due_at < excluded.due_at then o.counted_from else excluded.counted_from end
          returning id`,
    );
    return id;
  }

  /** Takes a row for one run and counts it; undefined if it is done, not due, parked, taken, or must wait its turn. */
  async claim(scope: null, id: string, { at, machineAt }: Instants, leaseMs: number): Promise<ClaimedRow | undefined> {
    const [row] = await this.db.call<Omit<ClaimRecord, 'id'>>(
      scope,
      prepared(sql`select workspace_id, job, payload, one_at_a_time, recurring, attempts
                     from claim_outbox(${id}, ${at}, ${machineAt}, ${leaseMs} * interval '1 millisecond')`),
    );
    return row && toClaimed({ ...row, id });
  }

  /** The same for several that need not wait their turn. */
  async claimAll(
    scope: null,
    ids: readonly string[],
    { at, machineAt }: Instants,
    leaseMs: number,
  ): Promise<ClaimedRow[]> {
    const rows = await this.db.call<ClaimRecord>(
      scope,
      prepared(sql`select id, workspace_id, job, payload, one_at_a_time, recurring, attempts
                     from claim_outbox_rows(${bigints(ids)}, ${at}, ${machineAt}, ${leaseMs} * interval '1 millisecond')`),
    );
    return rows.map(toClaimed);
  }

  async renew(scope: null, ids: string[], until: Date): Promise<void> {
    await this.db.call(scope, sql`select renew_outbox(${ids}, ${until})`);
  }

  /** Ends a run for good. @returns false when it was not this run's any more */
  async remove(scope: WorkspaceRef | null, { id, attempts }: ClaimedRow): Promise<boolean> {
    return (
      (await this.db.execute(scope, prepared(sql`delete from outbox where id = ${id} and attempts = ${attempts}`))) ===
      1
    );
  }

  /** The same for several of one workspace. @returns ids of those that were still theirs */
  async removeAll(scope: WorkspaceRef | null, rows: readonly ClaimedRow[]): Promise<Set<string>> {
    const removed = await this.db.query<{ id: string }>(
      scope,
      prepared(sql`delete from outbox o using unnest(${bigints(rows.map(({ id }) => id))}::bigint[],
                                            ${integers(rows.map(({ attempts }) => attempts))}::integer[]) as n (id, attempts)
           where o.id = n.id and o.attempts = n.attempts returning o.id`),
    );
    return new Set(removed.map(({ id }) => id));
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
                 due_at = ${later ? new Date(at.getTime() + outcome.inMs) : sql`due_at`}, counted_from = ${at},
                 attempts = ${later && !outcome.counted ? attempts - 1 : attempts}
           where id = ${id} and attempts = ${attempts}`,
    );
  }

  /** Moves a schedule's row on to its next occurrence. @param error of the last one, if it was given up */
  async recur(scope: null, { id, attempts }: ClaimedRow, next: Occurrence, error: string | null): Promise<void> {
    await this.db.execute(
      scope,
      sql`update outbox set due_at = ${next.dueAt}, counted_from = ${next.countedFrom}, attempts = 0, lease_until = null, error = ${error}
           where id = ${id} and attempts = ${attempts}`,
    );
  }

  /** Lets nothing wait longer than it was to because a clock has been turned back since. */
  async recount(scope: null, at: Date): Promise<void> {
    await this.db.call(scope, sql`select recount_outbox(${at})`);
  }

  /** The oldest rows of the lanes that could run now. */
  due(scope: null, lanes: readonly Lane[], { at, machineAt }: Instants, mostPerLane: number): Promise<DueJob[]> {
    return this.db.call<DueJob>(
      scope,
      sql`select due.id, due.lane, due.job, due.workspace_id as "workspaceId"
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
      sql`update outbox set parked_at = null, attempts = 0, due_at = ${dueAt}, counted_from = ${dueAt}
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
  id: string;
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

function toClaimed({ workspace_id, one_at_a_time: oneAtATime, ...row }: ClaimRecord): ClaimedRow {
  return { ...row, oneAtATime, scope: workspace_id === null ? null : { workspaceId: workspace_id } };
}
