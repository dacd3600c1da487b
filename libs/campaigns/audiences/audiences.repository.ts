import { Injectable } from '@nestjs/common';
import { Database, empty, integers, raw, sql, texts } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';
import type { AudienceProblem, AudienceState, FileEncoding, RefusalReason } from './audience.entity.js';
import type { Layout } from './reading/layout.js';

export interface Audience {
  id: string;
  name: string;
  /** Whose LINE users it may name. */
  channelId: string | null;
  state: AudienceState;
  encoding: FileEncoding | null;
  bytes: number;
  readBytes: number;
  rows: number;
  matched: number;
  /** Of `matched`, LINE users who are no members. */
  unlinked: number;
  refused: number;
  problem: AudienceProblem | null;
  createdAt: Date;
  finishedAt: Date | null;
}

/** What only reading needs to know. */
export interface UnreadAudience extends Audience {
  parts: number;
  nextPart: number;
  carry: Buffer | null;
  layout: Layout | null;
  nextLine: number;
}

/** How far reading has come, in one step. */
export interface ReadStep {
  bytes: number;
  carry: Buffer | null;
  layout: Layout | null;
  nextLine: number;
  rows: number;
  matched: number;
  unlinked: number;
  refused: number;
}

export interface Refusal {
  line: number;
  reason: RefusalReason;
  value: string;
}

/** Rows of a table that are deleted in one transaction. */
const FORGOTTEN_AT_ONCE = 50_000;
const TABLES = ['campaign_audience_parts', 'campaign_audience_refusals', 'audience_members'] as const;
const KEYS = { campaign_audience_parts: 'number', campaign_audience_refusals: 'line', audience_members: 'member_id' };

const columns = sql`id, name, channel_id as "channelId", state, encoding, bytes::float8 as bytes,
  read_bytes::float8 as "readBytes", rows, matched, unlinked, refused, problem, created_at as "createdAt",
  finished_at as "finishedAt"`;
const reading = sql`${columns}, parts, next_part as "nextPart", carry, layout, next_line as "nextLine"`;

@Injectable()
export class AudiencesRepository {
  constructor(private readonly db: Database) {}

  /** One who begins an audience at a time, until the ambient transaction ends. */
  async claim(scope: WorkspaceRef): Promise<void> {
    const name = `campaigns.audiences ${scope.workspaceId}`;
    await this.db.query(scope, sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
  }

  /** How many are not read yet. */
  async unfinished(scope: WorkspaceRef): Promise<number> {
    const { count } = await this.db.one<{ count: number }>(
      scope,
      sql`select count(*)::int as count from campaign_audiences
           where workspace_id = ${scope.workspaceId} and state in ('receiving', 'reading') and deleted_at is null`,
    );
    return count;
  }

  async add(scope: Scope, audience: Pick<Audience, 'id' | 'name' | 'channelId' | 'state'>): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into campaign_audiences (workspace_id, id, name, channel_id, state, created_at)
          values (${scope.workspaceId}, ${audience.id}, ${audience.name}, ${audience.channelId}, ${audience.state},
                  ${scope.clock.now()})`,
    );
  }

  /** One that was received whole. */
  find(scope: WorkspaceRef, id: string): Promise<Audience | undefined> {
    return this.db.maybeOne<Audience>(
      scope,
      sql`select ${columns} from campaign_audiences where workspace_id = ${scope.workspaceId} and id = ${id}
             and state <> 'receiving' and deleted_at is null`,
    );
  }

  /** The same, for something that will refer to it: it is not deleted while the ambient transaction is open. */
  hold(scope: WorkspaceRef, id: string): Promise<Audience | undefined> {
    return this.db.maybeOne<Audience>(
      scope,
      sql`select ${columns} from campaign_audiences where workspace_id = ${scope.workspaceId} and id = ${id}
             and state <> 'receiving' and deleted_at is null for key share`,
    );
  }

  /** One that is there, whatever its state, for somebody who changes it. */
  async take(scope: WorkspaceRef, id: string): Promise<UnreadAudience | undefined> {
    return this.db.maybeOne<UnreadAudience>(
      scope,
      sql`select ${reading} from campaign_audiences where workspace_id = ${scope.workspaceId} and id = ${id}
             and deleted_at is null for no key update`,
    );
  }

  /** The newest first. @param before the id of the last one seen */
  list(scope: WorkspaceRef, limit: number, before?: string): Promise<Audience[]> {
    return this.db.query<Audience>(
      scope,
      sql`select ${columns} from campaign_audiences where workspace_id = ${scope.workspaceId}
             and state <> 'receiving' and deleted_at is null ${before === undefined ? empty : sql`and id < ${before}`}
           order by id desc limit ${limit}`,
    );
  }

  async addPart(scope: WorkspaceRef, id: string, number: number, body: Buffer): Promise<void> {
    await this.db.execute(
      scope,
      sql`with part as (
            insert into campaign_audience_parts (workspace_id, audience_id, number, body)
            values (${scope.workspaceId}, ${id}, ${number}, ${body}))
          update campaign_audiences set parts = ${number + 1}, bytes = bytes + ${body.length}
           where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  async received(scope: WorkspaceRef, id: string, encoding: FileEncoding): Promise<void> {
    await this.db.execute(
      scope,
      sql`update campaign_audiences set state = 'reading', encoding = ${encoding}
           where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  /** The bytes of a part, which is deleted. */
  async takePart(scope: WorkspaceRef, id: string, number: number): Promise<Buffer> {
    const { body } = await this.db.one<{ body: Buffer }>(
      scope,
      sql`delete from campaign_audience_parts
           where workspace_id = ${scope.workspaceId} and audience_id = ${id} and number = ${number} returning body`,
    );
    return body;
  }

  async advance(scope: WorkspaceRef, id: string, step: ReadStep): Promise<void> {
    await this.db.execute(
      scope,
      sql`update campaign_audiences
             set next_part = next_part + 1, read_bytes = read_bytes + ${step.bytes}, carry = ${step.carry},
                 layout = ${step.layout && JSON.stringify(step.layout)}, next_line = ${step.nextLine},
                 rows = rows + ${step.rows}, matched = matched + ${step.matched},
                 unlinked = unlinked + ${step.unlinked}, refused = refused + ${step.refused}
           where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  async refuse(scope: WorkspaceRef, id: string, refusals: readonly Refusal[]): Promise<void> {
    if (refusals.length === 0) return;
    await this.db.execute(
      scope,
      sql`insert into campaign_audience_refusals (workspace_id, audience_id, line, reason, value)
          select ${scope.workspaceId}, ${id}, line, reason, value
            from unnest(${integers(refusals.map(({ line }) => line))}::integer[],
                        ${texts(refusals.map(({ reason }) => reason))}::text[],
                        ${texts(refusals.map(({ value }) => value))}::text[]) n (line, reason, value)`,
    );
  }

  /** In the order of the file. @param after the line of the last one seen */
  refusals(scope: WorkspaceRef, id: string, limit: number, after: string): Promise<Refusal[]> {
    return this.db.query<Refusal>(
      scope,
      sql`select line, reason, value from campaign_audience_refusals
           where workspace_id = ${scope.workspaceId} and audience_id = ${id} and line > ${after}
           order by line limit ${limit}`,
    );
  }

  /** @param problem null where all went well */
  async finish(scope: Scope, id: string, problem: AudienceProblem | null): Promise<void> {
    await this.db.execute(
      scope,
      sql`update campaign_audiences
             set state = ${problem ? 'failed' : 'ready'}, problem = ${problem && JSON.stringify(problem)}, carry = null,
                 finished_at = ${scope.clock.now()}
           where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  /** From now on it is not there; its rows go later. Waits for whoever holds it. @returns false where it is not there */
  async hide(scope: Scope, id: string): Promise<boolean> {
    const found = sql`select from campaign_audiences
      where workspace_id = ${scope.workspaceId} and id = ${id} and deleted_at is null for update`;
    if ((await this.db.query(scope, found)).length === 0) return false;
    await this.db.execute(
      scope,
      sql`update campaign_audiences set deleted_at = ${scope.clock.now()}
           where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
    return true;
  }

  /** Deletes some rows of one that is hidden, or was never received whole. @returns whether there are more */
  async forget(scope: WorkspaceRef, id: string): Promise<boolean> {
    const gone = await this.db.maybeOne(
      scope,
      sql`select from campaign_audiences where workspace_id = ${scope.workspaceId} and id = ${id}
             and (deleted_at is not null or state = 'receiving') for update`,
    );
    if (!gone) return false;
    for (const table of TABLES) if (await this.forgetSome(scope, id, table)) return true;
    await this.db.execute(
      scope,
      sql`delete from campaign_audiences where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
    return false;
  }

  /** From the first on, by a range of the key: it is the one plan there is, whatever is known of the table. */
  private async forgetSome(scope: WorkspaceRef, id: string, table: (typeof TABLES)[number]): Promise<boolean> {
    const most = table === 'campaign_audience_parts' ? 100 : FORGOTTEN_AT_ONCE;
    const own = sql`workspace_id = ${scope.workspaceId} and audience_id = ${id}`;
    const from = sql`${raw(table)} where ${own}`;
    const key = raw(KEYS[table]);
    const deleted = await this.db.execute(
      scope,
      sql`delete from ${from} and ${key} <=
            (select max(${key}) from (select ${key} from ${from} order by ${key} limit ${most}) first)`,
    );
    return deleted === most;
  }
}
