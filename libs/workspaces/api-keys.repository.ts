import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';
import type { ApiKey } from './api-key.entity.js';

/** A live key found by its secret, with what a scope needs. */
export interface FoundKey {
  workspaceId: string;
  id: string;
  permits: string[];
  timeZone: string;
  currency: string;
}

export type KeyRow = Pick<ApiKey, 'id' | 'name' | 'permits' | 'createdAt'>;

@Injectable()
export class ApiKeysRepository {
  constructor(private readonly db: Database) {}

  async add(
    scope: WorkspaceRef,
    { id, name, keyHash, permits, createdAt }: KeyRow & { keyHash: Buffer },
  ): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into api_keys (workspace_id, id, name, key_hash, permits, created_at)
          values (${scope.workspaceId}, ${id}, ${name}, ${keyHash}, ${permits}, ${createdAt})`,
    );
  }

  /** Across workspaces, by the one function that may. */
  lookup(scope: null, keyHash: Buffer): Promise<FoundKey | undefined> {
    return this.db.maybeOne(
      scope,
      sql`select workspace_id as "workspaceId", id, permits, time_zone as "timeZone", currency
            from lookup_api_key(${keyHash})`,
    );
  }

  /** Live keys in the order they were made, after `after`. */
  list(scope: WorkspaceRef, limit: number, after = '00000000-0000-0000-0000-000000000000'): Promise<KeyRow[]> {
    return this.db.query(
      scope,
      sql`select id, name, permits, created_at as "createdAt" from api_keys
           where workspace_id = ${scope.workspaceId} and revoked_at is null and id > ${after}
           order by id limit ${limit}`,
    );
  }

  /** @returns false where there is no such live key */
  async revoke(scope: WorkspaceRef, id: string, at: Date): Promise<boolean> {
    const revoked = await this.db.execute(
      scope,
      sql`update api_keys set revoked_at = ${at}
           where workspace_id = ${scope.workspaceId} and id = ${id} and revoked_at is null`,
    );
    return revoked === 1;
  }
}
