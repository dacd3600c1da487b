import { randomBytes, randomInt } from 'node:crypto';
import type { Channel } from '../channels/channel.js';
import { messageId } from '../ids.js';
import type { Platform } from '../platform.js';
import type { JsonObject } from '../validation/problems.js';
import { webhookEvent } from '../webhooks/webhook-events.js';
import type { WebhookDelivery } from '../webhooks/webhook-log.js';
import type { UserState } from './user-book.js';

const eventsPerRequest = 100;

/** What the account heard of something a person did. */
export interface Heard {
  webhookEventId: string;
  replyToken: string | undefined;
  delivery: WebhookDelivery;
}

/** A person writes to the account; `message` needs its type only. */
export function says(platform: Platform, channel: Channel, userId: string, message: JsonObject): Promise<Heard> {
  const id = messageId(randomInt(2 ** 48 - 1));
  const full = { id, quoteToken: randomBytes(12).toString('base64url'), ...message };
  platform.addInbound(channel, userId, full);
  return emit(platform, channel, { type: 'message', userId, message: full });
}

/** A person taps something that sends data. */
export function postsBack(
  platform: Platform,
  channel: Channel,
  userId: string,
  postback: { data: string; params?: unknown },
): Promise<Heard> {
  return emit(platform, channel, { type: 'postback', userId, postback });
}

/** People add, block or unblock the account, or leave LINE; resolves when the account was told. */
export async function changesState(
  platform: Platform,
  channel: Channel,
  userIds: string[],
  { state, webhook = true }: { state: UserState; webhook?: boolean },
): Promise<WebhookDelivery[]> {
  const events = userIds.flatMap((userId) => {
    const event = eventOf(channel.users.state(channel.users.enter(userId)), state);
    return event ? [{ ...event, userId }] : [];
  });
  platform.setState(channel, userIds, state);
  const webhooks: WebhookDelivery[] = [];
  if (!webhook) return webhooks;
  const now = platform.clock.nowMs();
  for (let i = 0; i < events.length; i += eventsPerRequest) {
    const batch = events.slice(i, i + eventsPerRequest).map((event) => webhookEvent(channel, event, now));
    webhooks.push(await platform.webhooks.send(channel, batch));
  }
  return webhooks;
}

/** What a change of state tells the account; a deleted LINE account tells nothing. */
function eventOf(before: UserState, after: UserState): object | undefined {
  if (before === after) return undefined;
  if (after === 'friend') return { type: 'follow', follow: { isUnblocked: before === 'blocked' } };
  return before === 'friend' && after === 'blocked' ? { type: 'unfollow' } : undefined;
}

async function emit(platform: Platform, channel: Channel, given: Record<string, unknown>): Promise<Heard> {
  const event = webhookEvent(channel, given, platform.clock.nowMs());
  const delivery = await platform.webhooks.send(channel, [event]);
  return { webhookEventId: event.webhookEventId, replyToken: event.replyToken, delivery };
}
