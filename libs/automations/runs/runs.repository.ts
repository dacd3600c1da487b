import { Injectable } from '@nestjs/common';
import { bigints, booleans, Database, instants, integers, prepared, sql, texts, type Sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';
import type { RunEnd, RunState } from '../machine/run.js';
import type { StoredRunState } from './run.entity.js';

/** A run as it is stored, with where the machine left it. */
export interface Run {
  id: string;
  memberId: string;
  journeyId: string;
  version: number;
  state: RunState;
  stored: StoredRunState;
  /** See `entryKey`. */
  key: string | null;
  /** events.seq from which on there may be events that it has not seen. */
  lookFrom: string;
  /** How many decisions are written. */
  decisions: number;
  /** Failures in a row. */
  attempts: number;
}

/** What is written of a run after it was taken on. */
export interface RunChange extends Omit<Run, 'key' | 'stored'> {
  /** When to look at it again, milliseconds since 1970; null once it has ended. */
  dueAt: number | null;
}

/** When a run is due that is to be looked at now, so that it is so by every clock, also after one was turned back. */
export const AT_ONCE = 0;

interface Columns extends Omit<Run, 'state' | 'memberId' | 'stored'> {
  memberId: string;
  stored: StoredRunState;
  startSeq: string;
  startType: string;
  startAt: number;
  startBody: Record<string, unknown>;
  step: string | null;
  at: number;
  waitUntil: number | null;
  sent: boolean;
  made: number;
}

const millis = (column: Sql) => sql`(extract(epoch from ${column}) * 1000)::float8`;
const columns = sql`id, member_id as "memberId", journey_id as "journeyId", version, state as stored, entry_key as key,
  look_from as "lookFrom", decisions, attempts, start_seq as "startSeq", start_type as "startType",
  ${millis(sql`start_at`)} as "startAt", start_body as "startBody", step, ${millis(sql`at`)} as at,
  ${millis(sql`wait_until`)} as "waitUntil", sent, made`;

@Injectable()
export class RunsRepository {
  constructor(private readonly db: Database) {}

  /** Takes runs that are due, those due longest first, and holds them until the ambient transaction ends. */
  async claim(scope: Scope, most: number): Promise<Run[]> {
    const rows = await this.db.query<Columns>(
      scope,
      sql`select ${columns} from journey_runs
           where workspace_id = ${scope.workspaceId} and due_at <= ${scope.clock.now()}
           order by due_at limit ${most} for no key update skip locked`,
    );
    return rows.map(toRun);
  }

  /** One run, held until the ambient transaction ends. */
  async hold(scope: WorkspaceRef, journeyId: string, id: string): Promise<Run | undefined> {
    const row = await this.db.maybeOne<Columns>(
      scope,
      sql`select ${columns} from journey_runs
           where workspace_id = ${scope.workspaceId} and journey_id = ${journeyId} and id = ${id} for no key update`,
    );
    return row && toRun(row);
  }

  /** Holds the runs of members that go on until the ambient transaction ends. */
  async holdWaiting(scope: WorkspaceRef, memberIds: readonly string[], journeyIds: readonly string[]): Promise<void> {
    await this.db.execute(
      scope,
      sql`select id from journey_runs
           where workspace_id = ${scope.workspaceId} and member_id = any(${bigints(memberIds)}::bigint[])
             and journey_id = any(${journeyIds}::uuid[]) and ended_at is null
           order by member_id, id for no key update`,
    );
  }

  /** All runs that members have had in journeys. */
  async ofMembers(scope: WorkspaceRef, memberIds: readonly string[], journeyIds: readonly string[]): Promise<Run[]> {
    const rows = await this.db.query<Columns>(
      scope,
      prepared(sql`select ${columns} from journey_runs
           where workspace_id = ${scope.workspaceId} and member_id = any(${bigints(memberIds)}::bigint[])
             and journey_id = any(${journeyIds}::uuid[])
           order by member_id, id`),
    );
    return rows.map(toRun);
  }

  /** Runs of members that go on. */
  async waitingOf(scope: WorkspaceRef, memberIds: readonly string[]): Promise<WaitingRun[]> {
    return this.db.query<WaitingRun>(
      scope,
      prepared(sql`select id, member_id as "memberId", journey_id as "journeyId", version from journey_runs
           where workspace_id = ${scope.workspaceId} and member_id = any(${bigints(memberIds)}::bigint[])
             and due_at is not null`),
    );
  }

  /** Lets runs that still go on be looked at now. @param fromSeq of the earliest event there may be news of */
  async wake(scope: Scope, runs: readonly Pick<Run, 'id' | 'memberId'>[], fromSeq: string | null): Promise<void> {
    if (runs.length === 0) return;
    await this.db.execute(
      scope,
      prepared(sql`update journey_runs r set due_at = ${new Date(AT_ONCE)}, look_from = least(r.look_from, ${fromSeq}::bigint)
            from unnest(${bigints(runs.map(({ memberId }) => memberId))}::bigint[],
                        ${bigints(runs.map(({ id }) => id))}::bigint[]) as n (member_id, id)
           where r.workspace_id = ${scope.workspaceId} and r.member_id = n.member_id and r.id = n.id
             and r.due_at is not null`),
    );
  }

  /**
   * Writes new runs; one that the same event has started already is left out.
   * @returns their ids by `memberId startSeq`, of one journey
   */
  async insert(
    scope: Scope,
    journeyId: string,
    runs: readonly RunChange[],
    keys: (string | null)[],
  ): Promise<Map<string, string>> {
    const now = scope.clock.now();
    const rows = await this.db.query<{ id: string; memberId: string; startSeq: string }>(
      scope,
      prepared(sql`insert into journey_runs (workspace_id, journey_id, started_at, member_id, version, start_seq, start_type, start_at,
                                    start_body, entry_key, state, step, at, wait_until, sent, made, due_at, look_from,
                                    decisions, ended_at)
          select ${scope.workspaceId}, ${journeyId}, ${now}, member_id, version, start_seq, start_type, start_at,
                 start_body::jsonb, entry_key, state, step, at, wait_until, sent, made, due_at, look_from, decisions,
                 case when due_at is null then ${now}::timestamptz end
            from unnest(${bigints(runs.map(({ memberId }) => memberId))}::bigint[],
                        ${integers(runs.map(({ version }) => version))}::integer[],
                        ${texts(runs.map(({ state }) => state.start.seq))}::text[],
                        ${texts(runs.map(({ state }) => state.start.type))}::text[],
                        ${instants(runs.map(({ state }) => state.start.at))}::timestamptz[],
                        ${texts(runs.map(({ state }) => JSON.stringify(state.start.body)))}::text[],
                        ${texts(keys)}::text[], ${stateColumns(runs)},
                        ${bigints(runs.map(({ lookFrom }) => lookFrom))}::bigint[],
                        ${integers(runs.map(({ decisions }) => decisions))}::integer[])
                 as n (member_id, version, start_seq, start_type, start_at, start_body, entry_key, state, step, at, wait_until,
                       sent, made, due_at, look_from, decisions)
          on conflict do nothing returning id, member_id as "memberId", start_seq as "startSeq"`),
    );
    return new Map(rows.map(({ id, memberId, startSeq }) => [`${memberId} ${startSeq}`, id]));
  }

  /** Writes where held runs are now. */
  async write(scope: Scope, runs: readonly RunChange[]): Promise<void> {
    const now = scope.clock.now();
    await this.db.execute(
      scope,
      prepared(sql`update journey_runs r
             set state = n.state, step = n.step, at = n.at, wait_until = n.wait_until, sent = n.sent, made = n.made,
                 due_at = n.due_at, look_from = n.look_from, decisions = n.decisions,
                 attempts = n.attempts, error = null,
                 ended_at = case when n.due_at is null then ${now}::timestamptz end
            from unnest(${bigints(runs.map(({ memberId }) => memberId))}::bigint[],
                        ${bigints(runs.map(({ id }) => id))}::bigint[], ${stateColumns(runs)},
                        ${bigints(runs.map(({ lookFrom }) => lookFrom))}::bigint[],
                        ${integers(runs.map(({ decisions }) => decisions))}::integer[],
                        ${integers(runs.map(({ attempts }) => attempts))}::integer[])
                 as n (member_id, id, state, step, at, wait_until, sent, made, due_at, look_from, decisions, attempts)
           where r.workspace_id = ${scope.workspaceId} and r.member_id = n.member_id and r.id = n.id`),
    );
  }

  /** A held run begins anew with another event. */
  async setStart(scope: WorkspaceRef, { memberId, id, version, state }: Run): Promise<void> {
    const { seq, type, at, body } = state.start;
    await this.db.execute(
      scope,
      sql`update journey_runs set version = ${version}, start_seq = ${seq}, start_type = ${type},
                                  start_at = ${new Date(at)}, start_body = ${JSON.stringify(body)}
           where workspace_id = ${scope.workspaceId} and member_id = ${memberId} and id = ${id}`,
    );
  }

  /** Something is wrong with a held run. @param dueAt when to try again; null: it is parked until a person decides */
  async fail(
    scope: Scope,
    { memberId, id }: Pick<Run, 'memberId' | 'id'>,
    error: string,
    dueAt: number | null,
  ): Promise<void> {
    await this.db.execute(
      scope,
      sql`update journey_runs set state = ${dueAt === null ? 'failed' : 'waiting'},
                                  due_at = ${dueAt === null ? null : new Date(dueAt)}, error = ${error},
                                  attempts = attempts + 1
           where workspace_id = ${scope.workspaceId} and member_id = ${memberId} and id = ${id}`,
    );
  }

  /** Ends all runs of a journey that have not. @returns how many */
  async stopAll(scope: Scope, journeyId: string): Promise<number> {
    return this.db.execute(
      scope,
      sql`update journey_runs set state = 'stopped', due_at = null, wait_until = null, ended_at = ${scope.clock.now()}
           where workspace_id = ${scope.workspaceId} and journey_id = ${journeyId} and ended_at is null`,
    );
  }
}

/** A run that goes on, as far as it takes to wake it. */
export interface WaitingRun {
  id: string;
  memberId: string;
  journeyId: string;
  version: number;
}

function stateColumns(runs: readonly RunChange[]): Sql {
  const of = <T>(value: (run: RunChange) => T): T[] => runs.map(value);
  return sql`${texts(of(({ state }) => storedState(state.ended)))}::text[], ${texts(of(({ state }) => state.step))}::text[],
    ${instants(of(({ state }) => state.at))}::timestamptz[], ${instants(of(({ state }) => state.dueAt))}::timestamptz[],
    ${booleans(of(({ state }) => state.sent))}::boolean[], ${integers(of(({ state }) => state.made))}::integer[],
    ${instants(of(({ dueAt }) => dueAt))}::timestamptz[]`;
}

function storedState(ended: RunEnd | null): StoredRunState {
  return ended ?? 'waiting';
}

function toRun(row: Columns): Run {
  const { startSeq, startType, startAt, startBody, step, at, waitUntil, sent, made, ...run } = row;
  const start = { seq: startSeq, type: startType, at: startAt, body: startBody };
  const ended = run.stored === 'waiting' || run.stored === 'failed' ? null : run.stored;
  const state = { memberId: run.memberId, start, at, step, dueAt: waitUntil, sent, made, ended };
  return { ...run, state };
}
