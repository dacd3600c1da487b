import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';

export interface NewGrant {
  /** line_users.id */
  lineUserId: string;
  channelId: string;
  /** Encrypted. */
  tokens: Buffer;
  accessExpiresAt: Date;
  refreshExpiresAt: Date;
}

/** A consent of which LINE is to be told that it ends. */
export interface OwedGrant extends NewGrant {
  version: number;
  tries: number;
}

@Injectable()
export class LoginGrantsRepository {
  constructor(private readonly db: Database) {}

  async keep(scope: WorkspaceRef, grant: NewGrant): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into login_grants as g (workspace_id, line_user_id, channel_id, tokens, access_expires_at,
                                         refresh_expires_at, state)
          values (${scope.workspaceId}, ${grant.lineUserId}, ${grant.channelId}, ${grant.tokens},
                  ${grant.accessExpiresAt}, ${grant.refreshExpiresAt}, 'kept')
          on conflict (workspace_id, line_user_id) do update
             set channel_id = excluded.channel_id, tokens = excluded.tokens, state = 'kept', reason = null,
                 access_expires_at = excluded.access_expires_at, refresh_expires_at = excluded.refresh_expires_at,
                 version = g.version + 1, tries = 0, settled_at = null`,
    );
  }

  /** What LINE has not been told yet, it need not be told. */
  async takeBack(scope: WorkspaceRef, lineUserIds: string[]): Promise<void> {
    await this.db.execute(
      scope,
      sql`update login_grants set state = 'kept', tries = 0
           where workspace_id = ${scope.workspaceId} and line_user_id = any(${lineUserIds}::bigint[])
             and state = 'owed'`,
    );
  }

  /** @returns the LINE users, of these, whose consent ends because no link of theirs lives */
  async owe(scope: WorkspaceRef, lineUserIds: string[]): Promise<string[]> {
    const rows = await this.db.query<{ id: string }>(
      scope,
      sql`update login_grants g set state = 'owed'
           where g.workspace_id = ${scope.workspaceId} and g.line_user_id = any(${lineUserIds}::bigint[])
             and g.state = 'kept'
             and not exists (select from links l where l.workspace_id = g.workspace_id
                                and l.line_user_id = g.line_user_id and l.ended_at is null)
          returning g.line_user_id as id`,
    );
    return rows.map(({ id }) => id);
  }

  async forsake(
    scope: Scope,
    { channelId, lineUserIds, reason }: { channelId: string; lineUserIds: string[]; reason: string },
  ): Promise<void> {
    await this.db.execute(
      scope,
      sql`update login_grants set state = 'impossible', reason = ${reason}, tokens = null,
                                  settled_at = ${scope.clock.now()}
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId}
             and line_user_id = any(${lineUserIds}::bigint[]) and state in ('kept', 'owed')`,
    );
  }

  owed(scope: WorkspaceRef, lineUserId: string): Promise<OwedGrant | undefined> {
    return this.db.maybeOne<OwedGrant>(
      scope,
      sql`select line_user_id as "lineUserId", channel_id as "channelId", tokens, access_expires_at as "accessExpiresAt",
                 refresh_expires_at as "refreshExpiresAt", version, tries
            from login_grants
           where workspace_id = ${scope.workspaceId} and line_user_id = ${lineUserId} and state = 'owed'`,
    );
  }

  async refresh(scope: WorkspaceRef, grant: OwedGrant, tokens: Buffer, accessExpiresAt: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`update login_grants set tokens = ${tokens}, access_expires_at = ${accessExpiresAt}
           where workspace_id = ${scope.workspaceId} and line_user_id = ${grant.lineUserId}
             and version = ${grant.version} and state = 'owed'`,
    );
  }

  async countTry(scope: WorkspaceRef, { lineUserId, version }: OwedGrant): Promise<void> {
    await this.db.execute(
      scope,
      sql`update login_grants set tries = tries + 1
           where workspace_id = ${scope.workspaceId} and line_user_id = ${lineUserId} and version = ${version}`,
    );
  }

  /** Ends what is owed, and forgets the tokens. @returns false where it is not owed any more, or a newer one is */
  async settle(
    scope: Scope,
    { lineUserId, version }: OwedGrant,
    { state, reason }: { state: 'done' | 'impossible'; reason: string | null },
  ): Promise<boolean> {
    const settled = await this.db.execute(
      scope,
      sql`update login_grants
             set state = ${state}, reason = ${reason}, tokens = null, settled_at = ${scope.clock.now()}
           where workspace_id = ${scope.workspaceId} and line_user_id = ${lineUserId} and version = ${version}
             and state = 'owed'`,
    );
    return settled === 1;
  }
}
