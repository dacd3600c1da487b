import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { ChaosStack } from '../tools/chaos/chaos-stack.js';
import { insist } from '../tools/chaos/insist.js';
import { ChaosShop } from '../tools/chaos/shop.js';
import { hasRedis } from '../tools/chaos/stores.js';
import { median, percentile, type Bench, type BenchOptions, type Result } from './harness.js';

const PEOPLE = 1_000;
const KILLS = 20;
const UNDISTURBED = 20;
/** How long a store is away. */
const GONE_MS = Number(process.env.BENCH_GONE_SECONDS ?? 60) * 1_000;
const LOOK_EVERY_MS = 10;
const PATIENCE_MS = 120_000;

/**
 * A shop ships one parcel after another. From the death of the worker that has just asked LINE, with its answer unread,
 * to the next request on that channel; from the return of Redis, and of Postgres, to the next request. The floor is a
 * parcel's notice while nothing dies.
 */
export const bench: Bench = async (options) => {
  const queue = hasRedis() ? 'redis' : 'postgres';
  const stack = await ChaosStack.start({ dist: join(import.meta.dirname, '..'), queue, workers: 2 });
  try {
    const shop = await ChaosShop.open(stack, PEOPLE);
    await shop.journey('shipment-notice', { url: 'https://shop.example/orders' });
    const parcels = new Parcels(stack, shop);
    const floor = (await repeated(UNDISTURBED, () => parcels.told())) / 1_000;
    const kills = await afterKills(stack, parcels, options);
    const results = [seconds('worker_p99_s', percentile(kills, 0.99), floor)];
    if (stack.redis) results.push(seconds('redis_s', await afterRedis(stack, parcels), floor));
    else options.log('There is no redis-server on this machine: redis_s is left out.');
    results.push(seconds('postgres_s', await afterPostgres(stack, parcels), floor));
    return results;
  } finally {
    await stack.stop();
  }
};

class Parcels {
  private count = 0;

  constructor(
    private readonly stack: ChaosStack,
    private readonly shop: ChaosShop,
  ) {}

  /** @returns milliseconds from shipping one, with patience where nobody answers, to LINE's next request */
  async told(): Promise<number> {
    const began = performance.now();
    const before = await this.requests();
    await this.ship();
    await this.next(before);
    return performance.now() - began;
  }

  async ship(): Promise<void> {
    const people = this.shop.eligible();
    const { memberId } = people[this.count % people.length]!;
    const id = `parcel-${++this.count}`;
    const occurredAt = new Date().toISOString();
    const event = { id, type: 'shipment', memberId, occurredAt, orderId: id, status: 'shipped' };
    await insist(() => this.shop.api.post('/v1/events', { events: [event] }));
  }

  requests(): Promise<number> {
    return this.stack.line.knocks(this.shop.lineChannelId);
  }

  async next(before: number): Promise<void> {
    const deadline = performance.now() + PATIENCE_MS;
    while ((await this.requests()) <= before) {
      if (performance.now() > deadline) throw new Error('LINE was not asked again within two minutes.');
      await pause(LOOK_EVERY_MS);
    }
  }
}

async function afterKills(stack: ChaosStack, parcels: Parcels, options: BenchOptions): Promise<number[]> {
  const took: number[] = [];
  for (let kill = 0; kill < KILLS; kill++) {
    const died = await stack.trap('during the request');
    await parcels.ship();
    if (!(await died(PATIENCE_MS))) throw new Error('No worker came to LINE.');
    const diedAt = performance.now();
    const before = await parcels.requests();
    await parcels.ship();
    await parcels.next(before);
    took.push(performance.now() - diedAt);
    while (stack.workers.length < 2) await stack.startWorker();
  }
  const inSeconds = took.map((ms) => (ms / 1_000).toFixed(1)).join(' ');
  options.log(`${KILLS} kills, seconds until the next request: ${inSeconds}`);
  return took;
}

async function afterRedis(stack: ChaosStack, parcels: Parcels): Promise<number> {
  await stack.redis!.awayFor(GONE_MS, () => parcels.ship());
  const returned = performance.now();
  await parcels.next(await parcels.requests());
  return performance.now() - returned;
}

async function afterPostgres(stack: ChaosStack, parcels: Parcels): Promise<number> {
  await stack.postgres.awayFor(GONE_MS);
  return parcels.told();
}

async function repeated(times: number, measure: () => Promise<number>): Promise<number> {
  const took: number[] = [];
  for (let n = 0; n < times; n++) took.push(await measure());
  return median(took);
}

function seconds(metric: string, milliseconds: number, floor: number): Result {
  const value = milliseconds / 1_000;
  return { metric, value, unit: 's', floor, ratio: floor / value };
}
