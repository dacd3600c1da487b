import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';

export interface KeptRequest {
  route: string;
  key: string;
}

export interface KeptAnswer {
  /** Encrypted. */
  body_hash: Buffer;
  /** Encrypted: an answer may hold a secret that is shown once, or somebody's data. */
  response: Buffer | null;
}

@Injectable()
export class IdempotencyRepository {
  constructor(private readonly db: Database) {}

  /**
   * Takes the key for this transaction. While another one holds it, waits for that to end.
   * @returns false where an answer is kept already
   * @throws after ten seconds of waiting, with SQLSTATE 55P03
   */
  async claim(scope: WorkspaceRef, { route, key }: KeptRequest, bodyHash: Buffer, now: Date): Promise<boolean> {
    await this.db.query(scope, sql`select set_config('lock_timeout', '10s', true)`);
    const claimed = await this.db.execute(
      scope,
      sql`insert into idempotency_keys (workspace_id, route, key, body_hash, created_at)
          values (${scope.workspaceId}, ${route}, ${key}, ${bodyHash}, ${now})
          on conflict do nothing`,
    );
    await this.db.query(scope, sql`select set_config('lock_timeout', '0', true)`);
    return claimed === 1;
  }

  find(scope: WorkspaceRef, { route, key }: KeptRequest): Promise<KeptAnswer> {
    return this.db.one<KeptAnswer>(
      scope,
      sql`select body_hash, response from idempotency_keys
           where workspace_id = ${scope.workspaceId} and route = ${route} and key = ${key}`,
    );
  }

  async keep(scope: WorkspaceRef, { route, key }: KeptRequest, response: Buffer): Promise<void> {
    await this.db.execute(
      scope,
      sql`update idempotency_keys set response = ${response}
           where workspace_id = ${scope.workspaceId} and route = ${route} and key = ${key}`,
    );
  }

  /** Forgets what is too old, a bounded number at a time and nothing that another transaction works on. */
  async forget(scope: WorkspaceRef, before: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`delete from idempotency_keys where workspace_id = ${scope.workspaceId} and (route, key) in (
            select route, key from idempotency_keys
             where workspace_id = ${scope.workspaceId} and created_at < ${before}
             order by created_at limit 100 for update skip locked)`,
    );
  }
}
