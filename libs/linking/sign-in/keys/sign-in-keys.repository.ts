import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';

/** A key as it is stored. */
export interface SealedKey {
  id: string;
  secret: Buffer;
  createdAt: Date;
}

@Injectable()
export class SignInKeysRepository {
  constructor(private readonly db: Database) {}

  /** Makes others who add a key to this workspace wait until the ambient transaction ends. */
  async holdAll(scope: WorkspaceRef): Promise<void> {
    await this.db.execute(
      scope,
      sql`select pg_advisory_xact_lock(hashtextextended(${`sign_in_keys ${scope.workspaceId}`}, 0))`,
    );
  }

  async add(scope: WorkspaceRef, { id, secret, createdAt }: SealedKey): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into sign_in_keys (workspace_id, id, secret, created_at)
          values (${scope.workspaceId}, ${id}, ${secret}, ${createdAt})`,
    );
  }

  /** All that live, the oldest first. */
  async all(scope: WorkspaceRef): Promise<SealedKey[]> {
    return this.db.query<SealedKey>(
      scope,
      sql`select id, secret, created_at as "createdAt" from sign_in_keys
           where workspace_id = ${scope.workspaceId} order by id`,
    );
  }

  /** @returns false where there is none */
  async remove(scope: WorkspaceRef, id: string): Promise<boolean> {
    const removed = await this.db.execute(
      scope,
      sql`delete from sign_in_keys where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
    return removed === 1;
  }
}
