import { Injectable } from '@nestjs/common';
import { Database, sql, texts } from '#database';
import type { WorkspaceRef } from '#kernel';

export interface Testers {
  memberIds: string[];
  lineUserIds: string[];
}

@Injectable()
export class TestersRepository {
  constructor(private readonly db: Database) {}

  /** In the order they were given. */
  list(scope: WorkspaceRef): Promise<Testers> {
    const those = (kind: string) => sql`coalesce(array_agg(id order by position) filter (where kind = ${kind}), '{}')`;
    return this.db.one<Testers>(
      scope,
      sql`select ${those('member')} as "memberIds", ${those('line_user')} as "lineUserIds"
            from campaign_testers where workspace_id = ${scope.workspaceId}`,
    );
  }

  /** Takes the place of those there were. */
  replace(scope: WorkspaceRef, { memberIds, lineUserIds }: Testers): Promise<void> {
    return this.db.transaction(scope, async () => {
      // Of two who do so at once the second is right.
      await this.db.query(scope, sql`select from workspaces where id = ${scope.workspaceId} for no key update`);
      await this.db.execute(scope, sql`delete from campaign_testers where workspace_id = ${scope.workspaceId}`);
      await this.insert(scope, 'member', memberIds);
      await this.insert(scope, 'line_user', lineUserIds);
    });
  }

  /** Those of these who are not known to any channel. */
  async strangers(scope: WorkspaceRef, lineUserIds: readonly string[]): Promise<Set<string>> {
    const rows = await this.db.query<{ id: string }>(
      scope,
      sql`select given.id from unnest(${texts(lineUserIds)}::text[]) given (id)
           where not exists (select from line_users u
                              where u.workspace_id = ${scope.workspaceId} and u.user_id = given.id)`,
    );
    return new Set(rows.map(({ id }) => id));
  }

  private async insert(scope: WorkspaceRef, kind: string, ids: readonly string[]): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into campaign_testers (workspace_id, kind, id, position)
          select ${scope.workspaceId}, ${kind}, id, position
            from unnest(${texts(ids)}::text[]) with ordinality as given (id, position)`,
    );
  }
}
