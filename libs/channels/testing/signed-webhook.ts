import { createHmac } from 'node:crypto';

/** What a spec's app is needed for here. */
interface Api<Answer> {
  request(method: string, url: string, request: { key: null; body: string; headers: Record<string, string> }): Answer;
}

export interface WebhookTarget {
  channelId: string;
  channelSecret: string;
}

/** The nth LINE user of a spec. */
export function lineUserId(n: number): string {
  return `U${n.toString(16).padStart(32, '0')}`;
}

/** An event as LINE sends it. @param at milliseconds */
export function lineEvent(type: string, userId: string, at: number, more: object = {}): Record<string, unknown> {
  const webhookEventId = `${type}-${userId.slice(-4)}-${at}`;
  const common = { mode: 'active', deliveryContext: { isRedelivery: false }, source: { type: 'user', userId } };
  return { type, timestamp: at, webhookEventId, ...common, ...more };
}

export function signatureOf(body: string, channelSecret: string): string {
  return createHmac('sha256', channelSecret).update(body).digest('base64');
}

/** Sends a body, JSON or raw, with LINE's signature over its bytes. */
export function sendWebhook<Answer>(
  app: Api<Answer>,
  { channelId, channelSecret }: WebhookTarget,
  body: object | string,
): Answer {
  const raw = typeof body === 'string' ? body : JSON.stringify(body);
  const headers = { 'x-line-signature': signatureOf(raw, channelSecret), 'content-type': 'application/json' };
  return app.request('POST', `/webhooks/line/${channelId}`, { key: null, body: raw, headers });
}

/** Sends events, as LINE does. */
export function sendEvents<Answer>(app: Api<Answer>, target: WebhookTarget, events: unknown[]): Answer {
  return sendWebhook(app, target, { destination: lineUserId(0), events });
}
