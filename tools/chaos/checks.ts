import type { LedgerRequest } from './line-ledger.js';
import type { CampaignOrder, ChaosShop } from './shop.js';
import type { Traffic } from './traffic.js';

/** One shop with everything that was asked of it. */
export interface Tenant {
  shop: ChaosShop;
  traffic: Traffic;
  /** Units of its journeys. */
  notices: string;
  reminders: string;
  campaigns: { id: string; order: CampaignOrder }[];
}

/** LINE's limits of requests in any second. */
const LIMITS: Record<string, number> = { push: 2_000, multicast: 200 };
/** A purchase acknowledged in the last moment before a reminder may come too late for it. */
const CLOSE_MS = 500;

/** Holds the ledger of LINE against what was asked. @returns what differs, in words */
export async function differences(tenants: readonly Tenant[]): Promise<string[]> {
  const wrong: string[] = [];
  for (const tenant of tenants) {
    for (const { id, order } of tenant.campaigns)
      wrong.push(...(await tenant.shop.verdict(id, order)).map((why) => `I1 I4 I6: ${why}`));
    wrong.push(...(await noticesOnce(tenant)), ...(await remindersRight(tenant)));
    wrong.push(...(await tenant.traffic.differences()), ...(await onlyItsOwn(tenant)));
  }
  wrong.push(...(await withinLimits(tenants[0]!.shop)));
  return wrong;
}

/** I1 for what a journey sends: one notice for each order, to whose it is. */
async function noticesOnce({ shop, traffic, notices }: Tenant): Promise<string[]> {
  const counts = countNames(await shop.stack.line.requests(shop.lineChannelId, notices), /order-\d+/);
  return [
    ...traffic.orders.flatMap(({ orderId }) => notTimes(orderId, counts, 1)),
    ...(counts.size > traffic.orders.length ? ['I1: notices of orders that nobody shipped'] : []),
  ];
}

/** One reminder for each cart that nobody bought in time, none where somebody did. */
async function remindersRight({ shop, traffic, reminders }: Tenant): Promise<string[]> {
  const counts = countNames(await shop.stack.line.requests(shop.lineChannelId, reminders), /cart-\d+/);
  return traffic.carts.flatMap(({ cartId, dueAt, boughtAt }) => {
    const count = counts.get(cartId) ?? 0;
    if (boughtAt === undefined) return notTimes(cartId, counts, 1);
    if (boughtAt < dueAt - CLOSE_MS) return notTimes(cartId, counts, 0);
    return count > 1 ? [`I1: ${cartId} ${count} times`] : [];
  });
}

function notTimes(name: string, counts: Map<string, number>, wanted: number): string[] {
  const count = counts.get(name) ?? 0;
  return count === wanted ? [] : [`I1: ${name} ${count} times, not ${wanted}`];
}

/** How often messages name something. A request is one message to one person here. */
function countNames(requests: readonly LedgerRequest[], name: RegExp): Map<string, number> {
  const counts = new Map<string, number>();
  for (const { messages } of requests) {
    const [found = 'none'] = name.exec(JSON.stringify(messages)) ?? [];
    counts.set(found, (counts.get(found) ?? 0) + 1);
  }
  return counts;
}

/** I5: on a tenant's channel there is nothing of anybody else, and it goes to its own people. */
async function onlyItsOwn({ shop, notices, reminders, campaigns }: Tenant): Promise<string[]> {
  const units = new Set([notices, reminders, ...campaigns.map(({ order }) => order.unit)]);
  const requests = await shop.stack.line.requests(shop.lineChannelId);
  const foreign = requests.filter(({ unit }) => unit === undefined || !units.has(unit)).length;
  const { notDelivered } = await shop.stack.line.summary(shop.lineChannelId);
  const lost = Object.entries(notDelivered).filter(([, count]) => count > 0);
  return [
    ...(foreign > 0 ? [`I5: ${foreign} requests on ${shop.lineChannelId} are of no send of its workspace`] : []),
    ...lost.map(([state, count]) => `I4 I5: ${count} on ${shop.lineChannelId} went to somebody ${state}`),
  ];
}

/** I8, of all channels. */
async function withinLimits({ stack }: ChaosShop): Promise<string[]> {
  const sending = await stack.line.sending();
  return sending
    .filter(({ endpoint, rateLimited, peakPerSecond }) => rateLimited > 0 || peakPerSecond > LIMITS[endpoint]!)
    .map(({ channelId, endpoint, rateLimited, peakPerSecond }) => {
      return `I8: ${peakPerSecond} × ${endpoint} in a second on ${channelId}, ${rateLimited} refused`;
    });
}
