import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import { Cipher, type CipherPlace, type Scope, type WorkspaceRef } from '#kernel';

@Injectable()
export class SecretsRepository {
  constructor(
    private readonly db: Database,
    private readonly cipher: Cipher,
  ) {}

  async find(scope: WorkspaceRef): Promise<string | undefined> {
    const row = await this.db.maybeOne<{ secret: Buffer }>(
      scope,
      sql`select secret from journey_secrets where workspace_id = ${scope.workspaceId}`,
    );
    return row && this.cipher.decrypt(row.secret, placeOf(scope));
  }

  /** Takes the place of the one there is. */
  async put(scope: Scope, secret: string): Promise<void> {
    const now = scope.clock.now();
    await this.db.execute(
      scope,
      sql`insert into journey_secrets (workspace_id, secret, created_at)
          values (${scope.workspaceId}, ${this.cipher.encrypt(secret, placeOf(scope))}, ${now})
          on conflict (workspace_id) do update set secret = excluded.secret, created_at = excluded.created_at`,
    );
  }
}

function placeOf({ workspaceId }: WorkspaceRef): CipherPlace {
  return { workspaceId, table: 'journey_secrets', column: 'secret', rowId: workspaceId };
}
