import { Injectable } from '@nestjs/common';
import type { WorkspaceRef } from '#kernel';
import { Database, sql } from '#database';

/** Webhooks of a channel that were committed together. */
export interface WebhookBatch {
  channelId: string;
  receivedAt: Date;
  /** A JSON list of their bodies, byte for byte as LINE sent them. */
  bodies: Buffer;
}

@Injectable()
export class WebhookBatchesRepository {
  constructor(private readonly db: Database) {}

  async add(scope: WorkspaceRef, id: string, { channelId, receivedAt, bodies }: WebhookBatch): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into webhook_batches (workspace_id, id, channel_id, received_at, bodies)
          values (${scope.workspaceId}, ${id}, ${channelId}, ${receivedAt}, ${bodies})`,
    );
  }

  /** Takes a batch out; undefined where it was taken before. */
  async take(scope: WorkspaceRef, id: string): Promise<WebhookBatch | undefined> {
    return this.db.maybeOne<WebhookBatch>(
      scope,
      sql`delete from webhook_batches where workspace_id = ${scope.workspaceId} and id = ${id}
          returning channel_id as "channelId", received_at as "receivedAt", bodies`,
    );
  }
}
