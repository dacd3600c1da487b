import { createHmac } from 'node:crypto';
import type { Channel } from '../channels/channel.js';
import type { EmulatorClock } from '../clock.js';
import type { WebhookDelivery, WebhookEvent, WebhookReason } from './webhook-log.js';

interface Raw {
  body?: string;
  signature?: string;
}

/** LINE waits two seconds: https://developers.line.biz/en/docs/messaging-api/check-webhook-error-statistics/ */
const timeoutMs = 2000;

/** Base64 of the HMAC-SHA256 over the body's bytes. */
export function sign(channelSecret: string, body: string): string {
  return createHmac('sha256', channelSecret).update(body).digest('base64');
}

/** Posts events to a channel's webhook, once or, where the channel wants it, again until they are taken. */
export class WebhookSender {
  private readonly closing = new AbortController();
  private readonly waiting = new Set<NodeJS.Timeout>();

  constructor(private readonly clock: EmulatorClock) {}

  /** Sends one request; resolves when it was answered, refused or given up. Never rejects. */
  async send(channel: Channel, events: WebhookEvent[], raw: Raw = {}): Promise<WebhookDelivery> {
    const delivery = await this.deliver(channel, events, raw);
    if (delivery.reason !== 'OK' && delivery.reason !== 'NOT_SENT') this.planRedelivery(channel, events, 1);
    return delivery;
  }

  /** The same events again: same ids, marked as redelivered. */
  redeliver(channel: Channel, events: WebhookEvent[]): Promise<WebhookDelivery> {
    return this.deliver(
      channel,
      events.map((event) => ({ ...event, deliveryContext: { isRedelivery: true } })),
    );
  }

  /** What `POST /v2/bot/channel/webhook/test` does: no events, to the channel's or another address. */
  test(channel: Channel, url: string): Promise<WebhookDelivery> {
    return this.post(channel, url, [], {});
  }

  close(): void {
    this.closing.abort();
    for (const timer of this.waiting) clearTimeout(timer);
  }

  private async deliver(channel: Channel, events: WebhookEvent[], raw: Raw = {}): Promise<WebhookDelivery> {
    const { webhookUrl, webhookActive } = channel.account;
    const url = webhookActive && webhookUrl ? webhookUrl : undefined;
    for (const { replyToken } of events) if (replyToken) channel.replyTokens.received(replyToken, this.clock.now());
    const delivery = await this.post(channel, url, events, raw);
    channel.webhooks.add(delivery, events);
    return delivery;
  }

  private async post(
    channel: Channel,
    url: string | undefined,
    events: WebhookEvent[],
    raw: Raw,
  ): Promise<WebhookDelivery> {
    const { botUserId, channelSecret } = channel.account;
    const body = raw.body ?? JSON.stringify({ destination: botUserId, events });
    const at = this.clock.nowMs();
    const webhookEventIds = events.map(({ webhookEventId }) => webhookEventId);
    const isRedelivery = events.some(({ deliveryContext }) => deliveryContext.isRedelivery);
    const signature = raw.signature ?? sign(channelSecret, body);
    const outcome = url === undefined ? notSent : await this.request(url, body, signature);
    return { at, webhookEventIds, ...outcome, isRedelivery, body };
  }

  private async request(url: string, body: string, signature: string): Promise<Outcome> {
    const headers = {
      'content-type': 'application/json; charset=utf-8',
      'user-agent': 'LineBotWebhook/2.0',
      'x-line-signature': signature,
    };
    try {
      const signal = AbortSignal.any([AbortSignal.timeout(timeoutMs), this.closing.signal]);
      const response = await fetch(url, { method: 'POST', headers, body, signal, redirect: 'manual' });
      await response.arrayBuffer();
      return { status: response.status, reason: response.ok ? 'OK' : 'ERROR_STATUS_CODE' };
    } catch (error) {
      return { status: 0, reason: reasonOf(error) };
    }
  }

  private planRedelivery(channel: Channel, events: WebhookEvent[], attempt: number): void {
    const { redelivery } = channel.account;
    if (!redelivery || attempt > redelivery.attempts || events.length === 0) return;
    const timer = setTimeout(() => {
      this.waiting.delete(timer);
      void this.redeliver(channel, events).then(({ reason }) => {
        if (reason !== 'OK') this.planRedelivery(channel, events, attempt + 1);
      });
    }, redelivery.spacingMs);
    timer.unref();
    this.waiting.add(timer);
  }
}

type Outcome = Pick<WebhookDelivery, 'status' | 'reason'>;

const notSent: Outcome = { status: 0, reason: 'NOT_SENT' };

function reasonOf(error: unknown): WebhookReason {
  const name = typeof error === 'object' && error !== null && 'name' in error ? error.name : undefined;
  if (name === 'TimeoutError') return 'REQUEST_TIMEOUT';
  // What fetch throws when there is no connection or it breaks.
  return name === 'TypeError' ? 'COULD_NOT_CONNECT' : 'UNCLASSIFIED';
}
