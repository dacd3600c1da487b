export interface WebhookEvent {
  type: string;
  webhookEventId: string;
  timestamp: number;
  mode: string;
  deliveryContext: { isRedelivery: boolean };
  source?: object;
  replyToken?: string;
  [own: string]: unknown;
}

export type WebhookReason =
  'OK' | 'COULD_NOT_CONNECT' | 'REQUEST_TIMEOUT' | 'ERROR_STATUS_CODE' | 'UNCLASSIFIED' | 'NOT_SENT';

/** One webhook request and how it ended; `status` 0 means that no answer came. */
export interface WebhookDelivery {
  at: number;
  webhookEventIds: string[];
  status: number;
  reason: WebhookReason;
  isRedelivery: boolean;
  body: string;
}

const kept = 1000;

interface Logged {
  delivery: WebhookDelivery;
  events: WebhookEvent[];
}

/** The last webhook requests of a channel, with their events, so that they can be sent again. */
export class WebhookLog {
  private readonly logged: Logged[] = [];

  add(delivery: WebhookDelivery, events: WebhookEvent[]): void {
    this.logged.push({ delivery, events });
    if (this.logged.length > kept) this.logged.shift();
  }

  list(): WebhookDelivery[] {
    return this.logged.map(({ delivery }) => delivery);
  }

  /** The requests that carried one of these events, each once. */
  withEvents(webhookEventIds: string[]): WebhookEvent[][] {
    const wanted = new Set(webhookEventIds);
    return this.originals().flatMap(({ events }) => {
      const found = events.filter(({ webhookEventId }) => wanted.has(webhookEventId));
      return found.length > 0 ? [found] : [];
    });
  }

  /** The requests with an event that was never taken. */
  failed(): WebhookEvent[][] {
    const taken = new Set<string>();
    for (const { delivery } of this.logged) {
      if (delivery.reason === 'OK') for (const id of delivery.webhookEventIds) taken.add(id);
    }
    return this.originals()
      .filter(({ events }) => events.some(({ webhookEventId }) => !taken.has(webhookEventId)))
      .map(({ events }) => events);
  }

  private originals(): Logged[] {
    const seen = new Set<string>();
    return this.logged.filter(({ delivery }) => {
      const key = delivery.webhookEventIds.join();
      if (delivery.isRedelivery || key === '' || seen.has(key)) return false;
      seen.add(key);
      return true;
    });
  }
}
