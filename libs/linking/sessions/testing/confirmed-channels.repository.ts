import { Database, sql } from '#database';
import type { WorkspaceRef } from '#kernel';

/** Channels as they are once LINE has confirmed their credentials. */
export class ConfirmedChannels {
  constructor(private readonly db: Database) {}

  async confirm(scope: WorkspaceRef, channelId: string, at: Date): Promise<void> {
    await this.db.execute(
      scope,
      sql`update channels set verified_at = ${at} where workspace_id = ${scope.workspaceId} and id = ${channelId}`,
    );
  }
}
