import { ulid } from '../ids.js';
import type { Channel } from '../channels/channel.js';
import type { WebhookEvent } from './webhook-log.js';

/** Event types that bring a reply token when a person stands behind them. */
const answerable = new Set([
  'message',
  'follow',
  'postback',
  'join',
  'memberJoined',
  'videoPlayComplete',
  'beacon',
  'accountLink',
  'membership',
]);

/** An event as LINE would send it: given fields win, the common ones are filled in. */
export function webhookEvent(channel: Channel, given: Record<string, unknown>, atMs: number): WebhookEvent {
  const { userId, ...own } = given;
  const type = String(given['type']);
  const event: WebhookEvent = {
    webhookEventId: ulid(atMs),
    timestamp: atMs,
    mode: 'active',
    deliveryContext: { isRedelivery: false },
    ...own,
    type,
  };
  if (typeof userId !== 'string') return event;
  const user = channel.users.enter(userId);
  event.source ??= { type: 'user', userId };
  if (answerable.has(type) && event.mode !== 'standby') event.replyToken ??= channel.replyTokens.issue(user, atMs);
  return event;
}
