import { createHash } from 'node:crypto';
import type { WebhookBatch } from './webhook-batches.repository.js';

/** An event of a webhook in the shape in which it is stored. */
export interface InboundEvent {
  /** LINE's `webhookEventId`; for an event without a usable one, a hash of what it says. */
  webhookEventId: string;
  /** LINE's `type`, also one that nobody knows yet. */
  type: string;
  occurredAt: Date;
  /** The event as JSON text. */
  body: string;
}

/** The last instant with four digits of year: what lies beyond keeps its place at the end of time. */
const LAST_INSTANT = Date.UTC(9999, 11, 31, 23, 59, 59, 999);

/** All events of a batch, in order of their ids: two batches with the same ids then never wait in a circle. */
export function eventsOf({ bodies, receivedAt }: WebhookBatch): InboundEvent[] {
  const webhooks = JSON.parse(bodies.toString('utf8')) as { events: unknown[] }[];
  return webhooks
    .flatMap(({ events }) => events)
    .map((event) => inbound(event, receivedAt))
    .sort((a, b) => (a.webhookEventId < b.webhookEventId ? -1 : 1));
}

function inbound(event: unknown, receivedAt: Date): InboundEvent {
  const { webhookEventId, type, timestamp } = fieldsOf(event);
  return {
    webhookEventId: isPlain(webhookEventId) ? webhookEventId : hashOf(event),
    type: isPlain(type) ? type : 'unknown',
    occurredAt: isNumber(timestamp) ? instantOf(timestamp) : receivedAt,
    body: JSON.stringify(event),
  };
}

/** A redelivery differs from its original in `deliveryContext` only. */
function hashOf(event: unknown): string {
  const { deliveryContext: _, ...said } = fieldsOf(event);
  const text = JSON.stringify(Object.keys(said).length > 0 ? said : event);
  return `sha256:${createHash('sha256').update(text).digest('hex')}`;
}

function instantOf(timestamp: number): Date {
  return new Date(Math.min(Math.max(Math.trunc(timestamp), 0), LAST_INSTANT));
}

function fieldsOf(event: unknown): Record<string, unknown> {
  return typeof event === 'object' && event !== null ? (event as Record<string, unknown>) : {};
}

function isNumber(value: unknown): value is number {
  return typeof value === 'number' && !Number.isNaN(value);
}

/** Printable ASCII of a sensible length, which is what LINE's ids and types are made of. */
function isPlain(value: unknown): value is string {
  return typeof value === 'string' && /^[\x21-\x7e]{1,128}$/.test(value);
}
