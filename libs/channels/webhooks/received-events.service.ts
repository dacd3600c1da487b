import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { LINE_USER_ID } from '#line';
import type { EventRef } from '../channels.jobs.js';
import { friendStateOf, type FriendWord } from '../friends/friend-changes.js';
import { LineUsers } from '../friends/line-users.service.js';
import { WebhookEventsRepository, type StoredEvent } from './webhook-events.repository.js';

/** A webhook event as others may read it. */
export interface ReceivedEvent {
  id: string;
  /** LINE's `type`. */
  type: string;
  occurredAt: Date;
  receivedAt: Date;
  /** Of a one-to-one event: LINE's `U…`, and line_users.id. */
  person?: { userId: string; lineUserId: string };
  /** Everything LINE sent, to be read leniently. */
  body: Readonly<Record<string, unknown>>;
}

/** What LINE told us, for the subscribers of the facts that carry only its id. */
@Injectable()
export class ReceivedEvents {
  constructor(
    private readonly events: WebhookEventsRepository,
    private readonly people: LineUsers,
  ) {}

  /** @returns undefined where it is not stored, or not any more */
  async find(scope: Scope, { channelId, eventId }: Omit<EventRef, 'workspaceId'>): Promise<ReceivedEvent | undefined> {
    const stored = await this.events.find(scope, channelId, eventId);
    if (!stored) return undefined;
    const { body: text, ...rest } = stored;
    const event: ReceivedEvent = { ...rest, body: JSON.parse(text) as ReceivedEvent['body'] };
    const userId = personOf(stored);
    if (userId === undefined) return event;
    const ids = await this.people.ensure(scope, channelId, [userId]);
    return { ...event, person: { userId, lineUserId: ids.get(userId)! } };
  }

  /**
   * All that LINE said of who came and went, in the order of arrival, some at a time.
   * @param next.after `last` of the part before; `0` to begin
   * @returns `last` null where that was all
   */
  async friendWords(
    scope: Scope,
    channelId: string,
    next: { after: string; most: number },
  ): Promise<{ words: FriendWord[]; last: string | null }> {
    const events = await this.events.ofFriends(scope, channelId, next);
    const people = events.map(personOf);
    const named = people.filter((userId) => userId !== undefined);
    const ids = await this.people.find(scope, channelId, named);
    const words = events.flatMap(({ type, occurredAt: at }, n) => {
      const lineUserId = ids.get(people[n] ?? '');
      const friendState = friendStateOf(type);
      return lineUserId !== undefined && friendState ? [{ lineUserId, friendState, at }] : [];
    });
    return { words, last: events.length < next.most ? null : events.at(-1)!.id };
  }
}

/** The LINE user of a one-to-one event; undefined for groups, rooms and events that speak of nobody. */
export function personOf(event: StoredEvent): string | undefined {
  const said = JSON.parse(event.body) as { source?: { type?: unknown; userId?: unknown } | null } | null;
  const userId = said?.source?.type === 'user' ? said.source.userId : undefined;
  return typeof userId === 'string' && LINE_USER_ID.test(userId) ? userId : undefined;
}
