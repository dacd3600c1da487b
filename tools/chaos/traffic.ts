import { setTimeout as pause } from 'node:timers/promises';
import { inBatches } from '../../apps/standalone/api-client.js';
import { seededRandom } from '../../apps/standalone/demo-workspace/seeded-random.js';
import { insist } from './insist.js';
import type { ChaosShop, Person } from './shop.js';

interface Cart {
  person: Person;
  cartId: string;
  dueAt: number;
  /** When the purchase of its item was acknowledged, which calls the reminder off. */
  boughtAt?: number;
}

interface Accepted {
  accepted: number;
  duplicates: number;
}

const EVERY_MS = 200;
/** Jobs that wait, of all shops. */
const MOST_DUE = 8;
const HOUR_MS = 3_600_000;
/** From posting a cart until its reminder is due. */
const CART_DUE_IN_MS = 4_000;
/** Members who buy, again and again. */
const BUYERS = 20;
const REPOST = 500;

/** What members of one shop do while everything dies around them; whoever posts it asks again until it is acknowledged. */
export class Traffic {
  readonly orders: { orderId: string; person: Person }[] = [];
  readonly carts: Cart[] = [];
  private readonly events: object[] = [];
  private readonly bought = new Map<string, number>();
  private readonly random: () => number;
  private readonly eligible: Person[];
  private count = 0;
  private over = false;
  private failure?: { error: unknown };
  private going: Promise<void> = Promise.resolve();

  constructor(
    private readonly shop: ChaosShop,
    seed: number,
  ) {
    this.random = seededRandom(seed);
    this.eligible = shop.eligible();
  }

  get posted(): number {
    return this.events.length;
  }

  start(): void {
    this.going = this.flow().catch((error: unknown) => {
      this.failure = { error };
    });
  }

  /** @throws what somebody was refused meanwhile */
  async stop(): Promise<void> {
    this.over = true;
    await this.going;
    if (this.failure) throw this.failure.error;
  }

  /** @returns the number of an order whose notice LINE is to get, and to whom */
  async ship(): Promise<{ orderId: string; person: Person }> {
    const person = this.eligible[Math.floor(this.random() * this.eligible.length)]!;
    const order = { orderId: `order-${++this.count}`, person };
    await this.post([this.event('shipment', person, { orderId: order.orderId, status: 'shipped' })]);
    this.orders.push(order);
    return order;
  }

  /** I2. Every acknowledged event is known, and counted once. @returns what is not, in words */
  async differences(): Promise<string[]> {
    let unknown = 0;
    await inBatches(this.events, REPOST, async (events) => {
      const { duplicates } = await this.shop.api.post<Accepted>('/v1/events', { events });
      unknown += events.length - duplicates;
    });
    const wrong: string[] = unknown > 0 ? [`I2: ${unknown} acknowledged events are not known`] : [];
    for (const [memberId, count] of this.bought) {
      const { purchaseCount } = await this.shop.api.get<{ purchaseCount: number }>(`/v1/members/${memberId}`);
      if (purchaseCount !== count) wrong.push(`I2: ${memberId} bought ${count} times, and has ${purchaseCount}`);
    }
    return wrong;
  }

  private async flow(): Promise<void> {
    while (!this.over) {
      await this.buy();
      await this.ship();
      if (this.carts.length < this.eligible.length && this.random() < 0.3) await this.leaveCart();
      do await pause(EVERY_MS);
      while (await this.isBehind());
    }
  }

  /** A machine that is slow must not be measured by how long its queue has grown. */
  private async isBehind(): Promise<boolean> {
    if (this.over) return false;
    const due = 'select 1 from outbox where parked_at is null and not recurring and due_at < now() limit $1';
    return (await this.shop.stack.query(due, [MOST_DUE])).length === MOST_DUE;
  }

  private async buy(): Promise<void> {
    const buyer = this.eligible[Math.floor(this.random() * BUYERS)]!;
    await this.post([this.event('purchase', buyer, { orderId: `bought-${++this.count}`, total: 1 })]);
    this.countPurchase(buyer);
  }

  /** Each member has one at most, because of how often they may be reminded. A third of them buy after all. */
  private async leaveCart(): Promise<void> {
    const person = this.eligible[this.carts.length]!;
    const cart: Cart = { person, cartId: `cart-${++this.count}`, dueAt: Date.now() + CART_DUE_IN_MS };
    const items = [{ productId: cart.cartId, name: cart.cartId, quantity: 1, unitPrice: 1 }];
    const leftAt = new Date(cart.dueAt - HOUR_MS);
    this.carts.push(cart);
    await this.post([this.event('cart', person, { cartId: cart.cartId, items }, leftAt)]);
    if (this.random() > 1 / 3) return;
    const lines = [{ productId: cart.cartId, quantity: 1, unitPrice: 1 }];
    await this.post([this.event('purchase', person, { orderId: `of-${cart.cartId}`, total: 1, lines })]);
    cart.boughtAt = Date.now();
    this.countPurchase(person);
  }

  private countPurchase({ memberId }: Person): void {
    this.bought.set(memberId, (this.bought.get(memberId) ?? 0) + 1);
  }

  private event(type: string, { memberId }: Person, fields: object, at = new Date()): object {
    return { id: `${type}-${++this.count}`, type, memberId, occurredAt: at.toISOString(), ...fields };
  }

  private async post(events: object[]): Promise<void> {
    await insist(() => this.shop.api.post('/v1/events', { events }));
    this.events.push(...events);
  }
}
