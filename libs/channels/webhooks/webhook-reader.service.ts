import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { Database } from '#database';
import { Jobs, type FactDefinition } from '#jobs';
import { accountLinkReceived, messageReceived, postbackReceived, type EventRef } from '../channels.jobs.js';
import { friendStateOf } from '../friends/friend-changes.js';
import { LineUsers } from '../friends/line-users.service.js';
import { eventsOf } from './inbound-event.js';
import { personOf } from './received-events.service.js';
import { WebhookBatchesRepository } from './webhook-batches.repository.js';
import { WebhookEventsRepository, type StoredEvent } from './webhook-events.repository.js';

/** Events that others may want to know of, one by one; more as floors above need them. */
const FACTS: Record<string, FactDefinition<EventRef> | undefined> = {
  message: messageReceived,
  postback: postbackReceived,
};

/** Those that speak of somebody without naming anybody. */
const NAMELESS_FACTS: Record<string, FactDefinition<EventRef> | undefined> = { accountLink: accountLinkReceived };

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
      await this.announce(scope, batch.channelId, personal, FACTS);
      await this.announce(scope, batch.channelId, stored, NAMELESS_FACTS);
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

  private async announce(
    scope: Scope,
    channelId: string,
    events: StoredEvent[],
    facts: Record<string, FactDefinition<EventRef> | undefined>,
  ): Promise<void> {
    const { workspaceId } = scope;
    for (const { type, id } of events) {
      const fact = facts[type];
      if (fact) await this.jobs.announce(scope, fact, { workspaceId, channelId, eventId: id });
    }
  }
}
