import { setTimeout as pause } from 'node:timers/promises';
import type { SendingStack, Shop } from '../delivery/sending-stack.js';

const PATIENCE_MS = 60_000;

/** Shops that ship a parcel now and then, which their journey tells its member: transactional sends. */
export class Parcels {
  private readonly posted = new Map<string, { shop: Shop; at: number }>();

  private constructor(
    private readonly stack: SendingStack,
    private readonly shops: readonly Shop[],
  ) {}

  static async of(stack: SendingStack, shops: readonly Shop[]): Promise<Parcels> {
    for (const { key, channelId } of shops) {
      const order = { template: 'shipment-notice', channelId, options: { url: 'https://shop.example/orders' } };
      await stack.request('POST', '/v1/journeys/from-template', order, key);
    }
    return new Parcels(stack, shops);
  }

  /** One after the other, a shop at a time, whether or not those before are told. */
  async ship(everyMs: number, goesOn: () => boolean): Promise<string[]> {
    const ids: string[] = [];
    const posts: Promise<void>[] = [];
    for (let n = 0; goesOn(); n++) {
      const id = `parcel-${this.posted.size + 1}.`;
      ids.push(id);
      posts.push(this.post(id, n));
      // Whichever fails meanwhile ends this.
      await Promise.race([pause(everyMs), Promise.all(posts).then(() => pause(everyMs))]);
    }
    await Promise.all(posts);
    return ids;
  }

  /** @returns milliseconds from posting each parcel until LINE had accepted its notice */
  async told(ids: readonly string[]): Promise<number[]> {
    const deadline = Date.now() + PATIENCE_MS;
    for (;;) {
      const acceptedAt = await this.acceptedAt(ids);
      if (acceptedAt.size === ids.length) return ids.map((id) => acceptedAt.get(id)! - this.posted.get(id)!.at);
      if (Date.now() > deadline) throw new Error(`Of ${ids.length} parcels ${acceptedAt.size} were told.`);
      await pause(500);
    }
  }

  private async post(id: string, n: number): Promise<void> {
    const shop = this.shops[n % this.shops.length]!;
    this.posted.set(id, { shop, at: Date.now() });
    const memberId = `m${n % 500}`;
    const occurredAt = new Date().toISOString();
    const event = { id, type: 'shipment', memberId, occurredAt, orderId: id, status: 'shipped' };
    await this.stack.request('POST', '/v1/events', { events: [event] }, shop.key);
  }

  private async acceptedAt(ids: readonly string[]): Promise<Map<string, number>> {
    const found = new Map<string, number>();
    for (const shop of this.shops) {
      const pushes = (await this.stack.requestsOn(shop)).filter(({ endpoint }) => endpoint === 'push');
      for (const { at, messages } of pushes) {
        const id = /parcel-\d+\./.exec(JSON.stringify(messages))?.[0];
        if (id !== undefined && ids.includes(id)) found.set(id, at);
      }
    }
    return found;
  }
}
