import { join } from 'node:path';
import { ChaosStack, type StackOptions } from '../../tools/chaos/chaos-stack.js';
import { hasRedis } from '../../tools/chaos/stores.js';

export const SEED = Number(process.env.CHAOS_SEED ?? 1);
/** Of the built programs, from which processes of their own are started. */
export const DIST = join(process.cwd(), 'dist');
/** What production has, where this machine can start one. */
export const QUEUE = hasRedis() ? 'redis' : 'postgres';
/** A killed worker's work goes on within this. */
export const RESUMED_WITHIN_MS = 10_000;
/** What a test may take on a machine that does other things too. */
export const PATIENCE_MS = 90_000;

export function startStack(options: Partial<StackOptions> = {}): Promise<ChaosStack> {
  return ChaosStack.start({ dist: DIST, queue: QUEUE, workers: 2, ...options });
}

let told = 0;

/** An event of now, with an id of its own. */
export function event(type: string, memberId: string, fields: object, occurredAt = new Date()): object {
  return { id: `chaos-${++told}`, type, memberId, occurredAt: occurredAt.toISOString(), ...fields };
}

export function purchase(memberId: string, orderId: string): object {
  return event('purchase', memberId, { orderId, total: 1 });
}

export function shipment(memberId: string, orderId: string): object {
  return event('shipment', memberId, { orderId, status: 'shipped' });
}

const HOUR_MS = 3_600_000;

/** A cart that was left so long ago that its reminder, an hour after it, is due in a moment. */
export function leftCart(memberId: string, cartId: string, dueInMs: number): object {
  const items = [{ productId: `p-${cartId}`, name: cartId, quantity: 1, unitPrice: 500 }];
  return event('cart', memberId, { cartId, items }, new Date(Date.now() - HOUR_MS + dueInMs));
}

export const REMINDER = { cartUrl: 'https://shop.example/cart' };
export const NOTICE = { url: 'https://shop.example/orders' };
