import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';
import type { Operator } from './operator.entity.js';

/** A live operator found by e-mail address, with what a scope needs. */
export interface FoundOperator {
  workspaceId: string;
  id: string;
  passwordHash: string;
  timeZone: string;
  currency: string;
}

export type OperatorRow = Pick<Operator, 'id' | 'email' | 'name' | 'permits' | 'createdAt'>;

@Injectable()
export class OperatorsRepository {
  constructor(private readonly db: Database) {}

  /** @returns false where a live operator of any workspace has this e-mail address */
  async add(scope: WorkspaceRef, row: OperatorRow & { passwordHash: string }): Promise<boolean> {
    const { id, email, name, passwordHash, permits, createdAt } = row;
    const added = await this.db.execute(
      scope,
      sql`insert into operators (workspace_id, id, email, name, password_hash, permits, created_at)
          values (${scope.workspaceId}, ${id}, ${email}, ${name}, ${passwordHash}, ${permits}, ${createdAt})
          on conflict do nothing`,
    );
    return added === 1;
  }

  /** Across workspaces, by the one function that may. */
  async lookup(scope: null, email: string): Promise<FoundOperator | undefined> {
    const [found] = await this.db.call<FoundOperator>(
      scope,
      sql`select workspace_id as "workspaceId", id, password_hash as "passwordHash", time_zone as "timeZone", currency
            from lookup_operator(${email})`,
    );
    return found;
  }

  /** Live operators in the order they were made, after `after`. */
  list(scope: WorkspaceRef, limit: number, after = '00000000-0000-0000-0000-000000000000'): Promise<OperatorRow[]> {
    return this.db.query(
      scope,
      sql`${SELECT} where workspace_id = ${scope.workspaceId} and disabled_at is null and id > ${after}
           order by id limit ${limit}`,
    );
  }

  find(scope: WorkspaceRef, id: string): Promise<OperatorRow | undefined> {
    return this.db.maybeOne(
      scope,
      sql`${SELECT} where workspace_id = ${scope.workspaceId} and id = ${id} and disabled_at is null`,
    );
  }

  /**
   * Live operators who can make and disable others, held until the ambient transaction ends: of two who are disabling
   * each other, the second waits here and then no longer finds the first.
   */
  async holdWriters(scope: WorkspaceRef): Promise<string[]> {
    const rows = await this.db.query<{ id: string }>(
      scope,
      sql`select id from operators
           where workspace_id = ${scope.workspaceId} and disabled_at is null
             and permits && ${['*', 'operators.write']}::text[]
           order by id for update`,
    );
    return rows.map(({ id }) => id);
  }

  /** @returns false where there is no such live operator */
  async disable(scope: WorkspaceRef, id: string, at: Date): Promise<boolean> {
    const disabled = await this.db.execute(
      scope,
      sql`update operators set disabled_at = ${at}
           where workspace_id = ${scope.workspaceId} and id = ${id} and disabled_at is null`,
    );
    return disabled === 1;
  }

  async savePassword(scope: WorkspaceRef, id: string, passwordHash: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`update operators set password_hash = ${passwordHash}
           where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }
}

const SELECT = sql`select id, email, name, permits, created_at as "createdAt" from operators`;
