import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';
import type { RuleNode } from './rules/rule-node.js';

export interface Segment {
  id: string;
  name: string;
  rule: RuleNode;
  createdAt: Date;
  updatedAt: Date;
}

const columns = sql`id, name, rule, created_at as "createdAt", updated_at as "updatedAt"`;

@Injectable()
export class SegmentsRepository {
  constructor(private readonly db: Database) {}

  /**
   * Holds the definitions of a workspace's segments until the ambient transaction ends: whether they form a cycle, and
   * whether one is still referred to, depends on all of them.
   */
  async claimDefinitions(scope: Scope): Promise<void> {
    await this.db.query(
      scope,
      sql`select pg_advisory_xact_lock(hashtextextended(${`segments ${scope.workspaceId}`}, 0))`,
    );
  }

  async find(scope: Scope, id: string): Promise<Segment | undefined> {
    return this.db.maybeOne<Segment>(
      scope,
      sql`select ${columns} from segments where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  /** The same, kept from being deleted until the ambient transaction ends. */
  async hold(scope: Scope, id: string): Promise<Segment | undefined> {
    return this.db.maybeOne<Segment>(
      scope,
      sql`select ${columns} from segments where workspace_id = ${scope.workspaceId} and id = ${id} for key share`,
    );
  }

  /** Takes the segment for its end: whoever holds it is waited for. @returns false where there is none */
  async claim(scope: Scope, id: string): Promise<boolean> {
    const statement = sql`select from segments where workspace_id = ${scope.workspaceId} and id = ${id} for update`;
    return (await this.db.query(scope, statement)).length === 1;
  }

  /** In the order they were made. @param after the id of the last one seen */
  async list(scope: Scope, limit: number, after: string | undefined): Promise<Segment[]> {
    return this.db.query<Segment>(
      scope,
      sql`select ${columns} from segments
           where workspace_id = ${scope.workspaceId} and (${after ?? null}::uuid is null or id > ${after ?? null}::uuid)
           order by id limit ${limit}`,
    );
  }

  async insert(scope: Scope, { id, name, rule, createdAt, updatedAt }: Segment): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into segments (workspace_id, id, name, rule, created_at, updated_at)
          values (${scope.workspaceId}, ${id}, ${name}, ${JSON.stringify(rule)}, ${createdAt}, ${updatedAt})`,
    );
  }

  async update(scope: Scope, { id, name, rule, updatedAt }: Segment): Promise<void> {
    await this.db.execute(
      scope,
      sql`update segments set name = ${name}, rule = ${JSON.stringify(rule)}, updated_at = ${updatedAt}
           where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  async delete(scope: Scope, id: string): Promise<void> {
    await this.db.execute(scope, sql`delete from segments where workspace_id = ${scope.workspaceId} and id = ${id}`);
  }

  /** These segments and all that they are defined by, however far away. */
  async reachable(scope: Scope, ids: string[]): Promise<Map<string, RuleNode>> {
    if (ids.length === 0) return new Map();
    const rows = await this.db.query<Pick<Segment, 'id' | 'rule'>>(
      scope,
      // A value of an attribute is never an object, so whatever has this kind is a node.
      sql`with recursive reached (id) as (
            select unnest(${ids}::text[])
            union
            select jsonb_path_query(s.rule, 'strict $.** ? (@.kind == "segment").id') #>> '{}'
              from reached r join segments s on s.workspace_id = ${scope.workspaceId} and s.id::text = r.id)
          select s.id, s.rule from reached r join segments s on s.workspace_id = ${scope.workspaceId} and s.id::text = r.id`,
    );
    return new Map(rows.map(({ id, rule }) => [id, rule]));
  }

  /** The segments whose own rules satisfy something; there are hundreds at most. */
  async whose(scope: WorkspaceRef, test: (rule: RuleNode) => boolean): Promise<Segment[]> {
    const all = await this.db.query<Segment>(
      scope,
      sql`select ${columns} from segments where workspace_id = ${scope.workspaceId} order by id`,
    );
    return all.filter(({ rule }) => test(rule));
  }
}
