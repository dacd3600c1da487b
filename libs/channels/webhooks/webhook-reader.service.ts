import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { Database } from '#database';
import { Jobs, type FactDefinition } from '#jobs';
import { LINE_USER_ID } from '#line';
import { messageReceived, postbackReceived, type EventRef } from '../channels.jobs.js';
import { friendStateOf } from '../friends/friend-changes.js';
import { LineUsers } from '../friends/line-users.service.js';
import { eventsOf } from './inbound-event.js';
import { WebhookBatchesRepository } from './webhook-batches.repository.js';
import { WebhookEventsRepository, type StoredEvent } from './webhook-events.repository.js';

/** Events that others may want to know of, one by one; more as floors above need them. */
const FACTS: Record<string, FactDefinition<EventRef> | undefined> = {
  message: messageReceived,
  postback: postbackReceived,
};

interface PersonalEvent extends StoredEvent {
  userId: string;
}

/** Reads what webhooks brought: each event once, in whatever order they come. */
@Injectable()
export class WebhookReader {
  constructor(
    private readonly batches: WebhookBatchesRepository,
    private readonly events: WebhookEventsRepository,
    private readonly people: LineUsers,
    private readonly db: Database,
    private readonly jobs: Jobs,
  ) {}

  async read(scope: Scope, batchId: string): Promise<void> {
    await this.db.transaction(scope, async () => {
      const batch = await this.batches.take(scope, batchId);
      if (!batch) return;
      const stored = await this.events.insertNew(scope, batch, eventsOf(batch));
      const personal = stored.flatMap((event): PersonalEvent[] => {
        const userId = personOf(event);
        return userId === undefined ? [] : [{ ...event, userId }];
      });
      await this.meet(scope, batch.channelId, personal);
      await this.announce(scope, batch.channelId, personal);
    });
  }

  private async meet(scope: Scope, channelId: string, events: PersonalEvent[]): Promise<void> {
    const ids = await this.people.ensure(
      scope,
      channelId,
      events.map(({ userId }) => userId),
    );
    const words = events.flatMap(({ type, userId, occurredAt }) => {
      const friendState = friendStateOf(type);
      return friendState ? [{ lineUserId: ids.get(userId)!, friendState, at: occurredAt }] : [];
    });
    await this.people.hear(scope, channelId, words);
  }

  private async announce(scope: Scope, channelId: string, events: PersonalEvent[]): Promise<void> {
    const { workspaceId } = scope;
    for (const { type, id } of events) {
      const fact = FACTS[type];
      if (fact) await this.jobs.announce(scope, fact, { workspaceId, channelId, eventId: id });
    }
  }
}

/** The LINE user of a one-to-one event; undefined for groups, rooms and events that speak of nobody. */
function personOf(event: StoredEvent): string | undefined {
  const said = JSON.parse(event.body) as { source?: { type?: unknown; userId?: unknown } | null } | null;
  const userId = said?.source?.type === 'user' ? said.source.userId : undefined;
  return typeof userId === 'string' && LINE_USER_ID.test(userId) ? userId : undefined;
}
