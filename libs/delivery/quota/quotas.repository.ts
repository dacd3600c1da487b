import { Injectable } from '@nestjs/common';
import { Database, sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';

export interface ReadQuota {
  /** Messages a month; null: LINE names none. */
  limit: number | null;
  used: number;
  readAt: Date;
}

@Injectable()
export class QuotasRepository {
  constructor(private readonly db: Database) {}

  find(scope: WorkspaceRef, channelId: string, since: Date): Promise<ReadQuota | undefined> {
    return this.db.maybeOne<ReadQuota>(
      scope,
      sql`select most::float8 as limit, used::float8 as used, read_at as "readAt" from channel_quotas
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and read_at >= ${since}`,
    );
  }

  async save(scope: Scope, channelId: string, { limit, used, readAt }: ReadQuota, byOthers: number): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into channel_quotas as q (workspace_id, channel_id, most, used, by_others, read_at)
          values (${scope.workspaceId}, ${channelId}, ${limit}, ${used}, ${byOthers}, ${readAt})
          on conflict (workspace_id, channel_id) do update
             set most = excluded.most, used = excluded.used, by_others = excluded.by_others, read_at = excluded.read_at
           where q.read_at <= excluded.read_at`,
    );
  }
}
