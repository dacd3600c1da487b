import { setTimeout as pause } from 'node:timers/promises';
import { seededRandom } from '../../apps/standalone/demo-workspace/seeded-random.js';
import type { ChaosStack } from './chaos-stack.js';
import { differences, type Tenant } from './checks.js';
import { insist } from './insist.js';
import { planKills, type Disturbance, type Kill } from './plan.js';
import { ChaosShop } from './shop.js';
import { Traffic } from './traffic.js';

export interface RunOptions {
  kills: number;
  seed: number;
  /** Of each of two shops. */
  people: number;
  log: (line: string) => void;
}

export interface Summary {
  /** How often each kind of death was died. */
  deaths: Map<string, number>;
  disturbances: Map<string, number>;
  /** From each death, or the api's return, until a shipment of that moment was told; milliseconds, per shop. */
  recoveries: number[];
  events: number;
  campaigns: number;
  notices: number;
  carts: number;
  accepted: number;
  /** 409: what LINE had accepted before, and was asked again after a death or a lost answer. */
  repeats: number;
  /** What is not as it should be; empty where all invariants hold. */
  wrong: string[];
}

const RECOVERED_WITHIN_MS = 10_000;
/** A point that nobody comes to in this time is left, and a worker dies as it is. */
const REACHED_WITHIN_MS = 15_000;
const PROBE_PATIENCE_MS = 60_000;
const SETTLED_WITHIN_MS = 300_000;
/** So few kills are told one by one. */
const LIST_UP_TO = 20;
const DISTURBED_MS = 1_000;
const SLOW_MS = 40;
/** LINE takes a request and drops its answer now and then, which is the case that makes others send twice. */
const DROPS = [
  { kind: 'accepted-then-dropped', endpoint: 'multicast', probability: 0.2 },
  { kind: 'accepted-then-dropped', endpoint: 'push', probability: 0.005 },
  { kind: 'accepted-then-hang', endpoint: 'push', probability: 0.001 },
];

/** Two shops live while programs of ours die by a plan; afterwards everything must add up. */
export class ChaosRun {
  private readonly tenants: Tenant[] = [];
  private readonly random: () => number;
  private readonly summary: Summary = {
    deaths: new Map(),
    disturbances: new Map(),
    recoveries: [],
    ...{ events: 0, campaigns: 0, notices: 0, carts: 0, accepted: 0, repeats: 0, wrong: [] },
  };

  constructor(
    private readonly stack: ChaosStack,
    private readonly options: RunOptions,
  ) {
    this.random = seededRandom(options.seed + 1);
  }

  async run(): Promise<Summary> {
    const { kills, seed, log } = this.options;
    for (const nth of [0, 1]) this.tenants.push(await this.openShop(nth));
    for (const fault of DROPS) await this.stack.line.fault({ ...fault, seed });
    for (const { traffic } of this.tenants) traffic.start();
    for (const [nth, kill] of planKills(kills, seed).entries()) {
      await this.die(kill, nth);
      if (kills <= LIST_UP_TO || (nth + 1) % 10 === 0) log(`${nth + 1} of ${kills} kills`);
    }
    await Promise.all(this.tenants.map(({ traffic }) => traffic.stop()));
    await this.stack.line.clearFaults();
    await this.settle();
    return this.sumUp();
  }

  private async openShop(nth: number): Promise<Tenant> {
    const shop = await ChaosShop.open(this.stack, this.options.people);
    const notices = await shop.journey('shipment-notice', { url: 'https://shop.example/orders' });
    const reminders = await shop.journey('cart-abandonment', { cartUrl: 'https://shop.example/cart' });
    return { shop, traffic: new Traffic(shop, this.options.seed * 10 + nth), notices, reminders, campaigns: [] };
  }

  private async die(kill: Kill, nth: number): Promise<void> {
    const undisturbed = kill.disturbance && this.disturb(kill.disturbance);
    const trap = kill.at && (await this.stack.trap(kill.at.point, kill.at.nth));
    await this.startCampaign(kill, nth);
    await pause(kill.afterMs);
    const died = await trap?.(REACHED_WITHIN_MS);
    let diedAt = Date.now();
    if (kill.of === 'api') {
      await this.stack.api?.kill();
      await this.stack.startApi();
      diedAt = Date.now();
    } else if (!died) {
      await this.stack.workers[Math.floor(this.random() * this.stack.workers.length)]?.kill();
      diedAt = Date.now();
    }
    count(this.summary.deaths, nameOf(kill, died !== undefined));
    const probes = this.tenants.map((tenant) => this.recovery(tenant, diedAt, nth));
    await this.startMissing();
    await Promise.all(probes);
    await undisturbed;
  }

  private async startCampaign({ shop: of, personalised }: Kill, nth: number): Promise<void> {
    const { shop, campaigns } = this.tenants[of]!;
    const unit = `kill_${nth}`;
    const order = { unit, rank: 'gold' as const, text: personalised ? `${unit} {{member.externalId}}` : unit };
    const id = await insist(() => shop.draft(order, `draft-${unit}`));
    await insist(() => shop.api.post(`/v1/campaigns/${id}/schedule`, {}, `schedule-${unit}`));
    campaigns.push({ id, order });
  }

  /** I7: what happens at a shop in the moment of a death is told to LINE in time. */
  private async recovery({ shop, traffic, notices }: Tenant, diedAt: number, nth: number): Promise<void> {
    const { orderId, person } = await traffic.ship();
    const deadline = performance.now() + PROBE_PATIENCE_MS;
    for (;;) {
      const told = await shop.stack.line.ofPerson(shop.lineChannelId, person.userId, notices);
      const notice = told.find(({ messages }) => JSON.stringify(messages).includes(`${orderId}"`));
      if (notice) return this.recovered(notice.at - diedAt, nth);
      if (performance.now() > deadline) return this.recovered(Infinity, nth);
      await pause(50);
    }
  }

  private recovered(tookMs: number, nth: number): void {
    this.summary.recoveries.push(tookMs);
    if (tookMs > RECOVERED_WITHIN_MS) this.summary.wrong.push(`I7: ${tookMs} ms after kill ${nth + 1}`);
  }

  private async startMissing(): Promise<void> {
    while (this.stack.workers.length < 2) await this.stack.startWorker();
  }

  private async disturb(disturbance: Disturbance): Promise<void> {
    count(this.summary.disturbances, disturbance);
    const { postgres, redis, lineProxy } = this.stack;
    if (disturbance === 'connections to Postgres end') postgres.proxy.drop();
    if (disturbance === 'connections to the queue freeze')
      (redis?.proxy ?? postgres.proxy)[redis ? 'freeze' : 'drop']();
    if (disturbance === 'connections to LINE end') lineProxy.drop();
    if (disturbance !== 'LINE is slow') return;
    lineProxy.slow(SLOW_MS);
    await pause(DISTURBED_MS);
    lineProxy.slow(0);
  }

  private async settle(): Promise<void> {
    const deadline = performance.now() + SETTLED_WITHIN_MS;
    while (!(await this.isSettled())) {
      if (performance.now() > deadline) {
        this.summary.wrong.push('I6: not everything has come to its end after five minutes');
        return;
      }
      await pause(500);
    }
  }

  private async isSettled(): Promise<boolean> {
    const open = await this.stack.query(
      `select 1 from outbox where parked_at is null and not recurring
        union all select 1 from sends where ended_at is null
        union all select 1 from journey_runs where due_at < now() + interval '10 minutes' limit 1`,
    );
    return open.length === 0;
  }

  private async sumUp(): Promise<Summary> {
    const { summary, tenants, stack } = this;
    for (const { shop, traffic, campaigns } of tenants) {
      summary.events += traffic.posted;
      summary.notices += traffic.orders.length;
      summary.carts += traffic.carts.length;
      summary.campaigns += campaigns.length;
      const { accepted, repeats } = await stack.line.summary(shop.lineChannelId);
      summary.accepted += accepted;
      summary.repeats += repeats;
    }
    const parked = await stack.query<{ job: string; error: string }>(
      'select job, error from outbox where parked_at is not null',
    );
    summary.wrong.push(...parked.map(({ job, error }) => `${job} was given up: ${error}`));
    summary.wrong.push(...(await differences(tenants)));
    return summary;
  }
}

function nameOf({ of, at }: Kill, isReached: boolean): string {
  if (of === 'api') return 'api, at any moment';
  if (!at) return 'worker, at any moment';
  return isReached ? at.point : `${at.point} (nobody came there)`;
}

function count(counts: Map<string, number>, name: string): void {
  counts.set(name, (counts.get(name) ?? 0) + 1);
}
