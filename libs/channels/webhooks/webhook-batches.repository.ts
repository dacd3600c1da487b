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

  async add(scope: WorkspaceRef, { channelId, receivedAt, bodies }: WebhookBatch): Promise<string> {
    const { id } = await this.db.one<{ id: string }>(
      scope,
      sql`insert into webhook_batches (workspace_id, channel_id, received_at, bodies)
          values (${scope.workspaceId}, ${channelId}, ${receivedAt}, ${bodies}) returning id`,
    );
    return id;
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
