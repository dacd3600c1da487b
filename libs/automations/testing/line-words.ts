import { createHmac } from 'node:crypto';
import type { TestApp } from '#testing';
import type { JourneysStage } from './journeys-stage.js';

/** The nth LINE user of a spec. */
export function lineUser(n: number): string {
  return `U${n.toString(16).padStart(32, '0')}`;
}

/** LINE says, now, that somebody came or went; what follows from it is still to come. */
export async function lineSays(
  app: TestApp,
  shop: JourneysStage,
  type: 'follow' | 'unfollow',
  userId: string,
): Promise<void> {
  const about = { mode: 'active', deliveryContext: { isRedelivery: false }, source: { type: 'user', userId } };
  const event = { type, timestamp: shop.now, webhookEventId: `${type}-${userId}-${shop.now}`, ...about };
  const body = JSON.stringify({ destination: lineUser(0), events: [event] });
  const signature = createHmac('sha256', 'a'.repeat(32)).update(body).digest('base64');
  const headers = { 'x-line-signature': signature, 'content-type': 'application/json' };
  const { status } = await app.request('POST', `/webhooks/line/${shop.channelId}`, { key: null, body, headers });
  if (status !== 200) throw new Error(`The webhook was answered with ${status}.`);
}
