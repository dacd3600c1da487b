import { Injectable } from '@nestjs/common';
import { Database, empty, sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';
import type { JourneyDefinition } from '../definition/journey-definition.js';
import type { JourneyState } from './journey.entity.js';

export interface Journey {
  id: string;
  name: string;
  state: JourneyState;
  /** The newest. */
  version: number;
  definition: JourneyDefinition;
  /** For the first time. */
  activatedAt: Date | null;
  createdAt: Date;
  updatedAt: Date;
}

/** People in a version of a journey. */
export interface Inside {
  version: number;
  runs: number;
}

const columns = sql`id, name, state, version, definition, activated_at as "activatedAt", created_at as "createdAt",
  updated_at as "updatedAt"`;
const gate = ({ workspaceId }: WorkspaceRef) => sql`hashtextextended(${`journeys ${workspaceId}`}, 0)`;

@Injectable()
export class JourneysRepository {
  constructor(private readonly db: Database) {}

  /** Nobody else changes which journeys are active while the ambient transaction is open, and nobody is being started. */
  async claimGate(scope: WorkspaceRef): Promise<void> {
    await this.db.execute(scope, sql`select pg_advisory_xact_lock(${gate(scope)})`);
  }

  /** Which journeys are active stays as it is while the ambient transaction is open. */
  async holdGate(scope: WorkspaceRef): Promise<void> {
    await this.db.execute(scope, sql`select pg_advisory_xact_lock_shared(${gate(scope)})`);
  }

  async insert(scope: Scope, { id, name, definition }: Pick<Journey, 'id' | 'name' | 'definition'>): Promise<void> {
    const now = scope.clock.now();
    await this.db.execute(
      scope,
      sql`insert into journeys (workspace_id, id, name, state, version, definition, created_at, updated_at)
          values (${scope.workspaceId}, ${id}, ${name}, 'draft', 1, ${JSON.stringify(definition)}, ${now}, ${now})`,
    );
    await this.writeVersion(scope, id, 1, definition);
  }

  find(scope: WorkspaceRef, id: string): Promise<Journey | undefined> {
    return this.db.maybeOne<Journey>(
      scope,
      sql`select ${columns} from journeys
           where workspace_id = ${scope.workspaceId} and id = ${id} and deleted_at is null`,
    );
  }

  /** The newest first. @param before the id of the last one seen */
  list(scope: WorkspaceRef, limit: number, before?: string): Promise<Journey[]> {
    return this.db.query<Journey>(
      scope,
      sql`select ${columns} from journeys
           where workspace_id = ${scope.workspaceId} and deleted_at is null
             ${before === undefined ? empty : sql`and id < ${before}`}
           order by id desc limit ${limit}`,
    );
  }

  /** Writes what it is now; a version that is there already is overwritten, which only its first may be, as a draft. */
  async update(scope: Scope, { id, name, version, definition }: Omit<Journey, 'state'>): Promise<void> {
    await this.db.execute(
      scope,
      sql`update journeys set name = ${name}, version = ${version}, definition = ${JSON.stringify(definition)},
                              updated_at = ${scope.clock.now()}
           where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
    await this.writeVersion(scope, id, version, definition);
  }

  /** @param nextStartAt when the calendar brings people in */
  async setState(scope: Scope, id: string, state: JourneyState, nextStartAt: Date | null): Promise<void> {
    const now = scope.clock.now();
    await this.db.execute(
      scope,
      sql`update journeys
             set state = ${state}, next_start_at = ${nextStartAt}, updated_at = ${now},
                 activated_at = case when ${state} = 'active' then coalesce(activated_at, ${now}) else activated_at end
           where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  async setNextStart(scope: WorkspaceRef, id: string, nextStartAt: Date | null): Promise<void> {
    await this.db.execute(
      scope,
      sql`update journeys set next_start_at = ${nextStartAt}
           where workspace_id = ${scope.workspaceId} and id = ${id} and state = 'active'`,
    );
  }

  async delete(scope: Scope, id: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`update journeys set deleted_at = ${scope.clock.now()} where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  /** Journeys that people are brought into now. */
  active(scope: WorkspaceRef): Promise<{ id: string; version: number }[]> {
    return this.db.query(
      scope,
      sql`select id, version from journeys
           where workspace_id = ${scope.workspaceId} and state = 'active' and deleted_at is null order by id`,
    );
  }

  async version(scope: WorkspaceRef, id: string, number: number): Promise<JourneyDefinition> {
    const { definition } = await this.db.one<{ definition: JourneyDefinition }>(
      scope,
      sql`select definition from journey_versions
           where workspace_id = ${scope.workspaceId} and journey_id = ${id} and number = ${number}`,
    );
    return definition;
  }

  /** People inside, by journey. */
  async inside(scope: WorkspaceRef, ids: readonly string[]): Promise<Map<string, Inside[]>> {
    const rows = await this.db.query<Inside & { id: string }>(
      scope,
      sql`select journey_id as id, version, count(*)::int as runs from journey_runs
           where workspace_id = ${scope.workspaceId} and journey_id = any(${ids}::uuid[]) and ended_at is null
           group by journey_id, version order by version`,
    );
    const inside = new Map<string, Inside[]>(ids.map((id) => [id, []]));
    for (const { id, ...one } of rows) inside.get(id)!.push(one);
    return inside;
  }

  /** What is walked or may be: the newest of each journey, and older ones that still have people inside. */
  definitions(scope: WorkspaceRef): Promise<Pick<Journey, 'id' | 'name' | 'definition'>[]> {
    return this.db.query(
      scope,
      sql`select j.id, j.name, v.definition from journeys j
            join journey_versions v on v.workspace_id = j.workspace_id and v.journey_id = j.id
           where j.workspace_id = ${scope.workspaceId} and j.deleted_at is null
             and (v.number = j.version
                  or exists (select from journey_runs r where r.workspace_id = j.workspace_id and r.journey_id = j.id
                                and r.version = v.number and r.ended_at is null))
           order by j.id, v.number`,
    );
  }

  private async writeVersion(scope: Scope, id: string, number: number, definition: JourneyDefinition): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into journey_versions (workspace_id, journey_id, number, definition)
          values (${scope.workspaceId}, ${id}, ${number}, ${JSON.stringify(definition)})
          on conflict (workspace_id, journey_id, number) do update set definition = excluded.definition`,
    );
  }
}
