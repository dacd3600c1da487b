import { Injectable } from '@nestjs/common';
import type { WorkspaceRef } from '#kernel';
import { Database, sql } from '#database';
import type { InboundEvent } from './inbound-event.js';
import type { WebhookBatch } from './webhook-batches.repository.js';

/** A stored event. */
export interface StoredEvent {
  id: string;
  type: string;
  occurredAt: Date;
  /** JSON text. */
  body: string;
}

export interface EventInStore extends StoredEvent {
  receivedAt: Date;
}

@Injectable()
export class WebhookEventsRepository {
  constructor(private readonly db: Database) {}

  /**
   * Stores what is new; what came before, or twice in this list, changes nothing.
   * @returns the new ones
   */
  async insertNew(scope: WorkspaceRef, batch: WebhookBatch, events: InboundEvent[]): Promise<StoredEvent[]> {
    return this.db.query<StoredEvent>(
      scope,
      sql`insert into webhook_events
                 (workspace_id, channel_id, webhook_event_id, type, occurred_at, received_at, body)
          select ${scope.workspaceId}, ${batch.channelId}, e.id, e.type, e.occurred_at, ${batch.receivedAt}, e.body
            from unnest(${events.map(({ webhookEventId }) => webhookEventId)}::text[],
                        ${events.map(({ type }) => type)}::text[],
                        ${events.map(({ occurredAt }) => occurredAt.toISOString())}::timestamptz[],
                        ${events.map(({ body }) => body)}::text[]) e (id, type, occurred_at, body)
          on conflict do nothing returning id, type, occurred_at as "occurredAt", body`,
    );
  }

  /** Who came and went, in the order of arrival. @param after webhook_events.id of the last one seen; `0` to begin */
  async ofFriends(
    scope: WorkspaceRef,
    channelId: string,
    { after, most }: { after: string; most: number },
  ): Promise<StoredEvent[]> {
    return this.db.query<StoredEvent>(
      scope,
      sql`select id, type, occurred_at as "occurredAt", body from webhook_events
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and id > ${after}::bigint
             and type in ('follow', 'unfollow')
           order by id limit ${most}`,
    );
  }

  async find(scope: WorkspaceRef, channelId: string, id: string): Promise<EventInStore | undefined> {
    return this.db.maybeOne<EventInStore>(
      scope,
      sql`select id, type, occurred_at as "occurredAt", received_at as "receivedAt", body from webhook_events
           where workspace_id = ${scope.workspaceId} and channel_id = ${channelId} and id = ${id}`,
    );
  }
}
