import type { Channel } from '../channels/channel.js';
import { seededRandom } from '../faults/seeded-random.js';
import type { Platform } from '../platform.js';
import { webhookEvent } from '../webhooks/webhook-events.js';
import type { WebhookDelivery, WebhookEvent } from '../webhooks/webhook-log.js';
import type { Declare } from './declare.js';
import { Given, mistake } from './given.js';

const orders = ['given', 'reversed', 'shuffled'] as const;

/** Webhooks by hand: any events, twice, out of order, wrongly signed, again. */
export function controlWebhooks(declare: Declare, platform: Platform): void {
  declare('POST /webhooks', ({ body }) => sendByHand(platform, new Given(body)));
  declare('GET /webhooks', ({ query }) => ({ deliveries: new Given(query).channel(platform).webhooks.list() }));
  declare('POST /webhooks/redeliver', async ({ body }) => {
    const given = new Given(body);
    const channel = given.channel(platform);
    const { webhooks } = channel;
    const again = given.has('webhookEventIds')
      ? webhooks.withEvents(given.texts('webhookEventIds'))
      : webhooks.failed();
    const deliveries: WebhookDelivery[] = [];
    for (const events of again) deliveries.push(await platform.webhooks.redeliver(channel, events));
    return { deliveries };
  });
}

async function sendByHand(platform: Platform, given: Given): Promise<object> {
  const channel = given.channel(platform);
  const events = eventsOf(platform, channel, given);
  const requests = (given.optionalBoolean('separately') ?? false) ? events.map((event) => [event]) : [events];
  const raw = { body: given.optionalText('body'), signature: given.optionalText('signature') };
  const deliveries: WebhookDelivery[] = [];
  for (let copy = 0; copy < (given.optionalWhole('copies', 1) ?? 1); copy++) {
    for (const request of requests) deliveries.push(await platform.webhooks.send(channel, request, raw));
  }
  return { deliveries };
}

function eventsOf(platform: Platform, channel: Channel, given: Given): WebhookEvent[] {
  const now = platform.clock.nowMs();
  const events = given.objects('events').map((event) => {
    if (typeof event['type'] !== 'string') throw mistake('every event needs a type');
    return webhookEvent(channel, event, now);
  });
  const order = given.optionalOneOf('order', orders) ?? 'given';
  if (order === 'reversed') return events.reverse();
  return order === 'shuffled' ? shuffled(events, given.optionalWhole('seed') ?? 1) : events;
}

function shuffled<T>(items: T[], seed: number): T[] {
  const random = seededRandom(seed);
  return items
    .map((item) => ({ item, rank: random() }))
    .sort((a, b) => a.rank - b.rank)
    .map(({ item }) => item);
}
