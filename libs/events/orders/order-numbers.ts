import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { OrdersRepository } from './orders.repository.js';

/** What the sequence of `orders.id` goes up by: a step of it is as many numbers of one process's own. */
const BLOCK = 1_000;

/**
 * Numbers for new orders, taken from Postgres a thousand at a time: orders and their lines can then be written side by
 * side, without the one waiting for the other's numbers. A number that is not used is lost.
 */
@Injectable()
export class OrderNumbers {
  private next = 0;
  private left = 0;

  constructor(private readonly orders: OrdersRepository) {}

  async take(scope: Scope, count: number): Promise<number[]> {
    const taken: number[] = [];
    while (taken.length < count) {
      if (this.left === 0) {
        const first = await this.orders.nextBlock(scope);
        // Another batch may have fetched a block meanwhile; what is left of that one is lost.
        [this.next, this.left] = [first, BLOCK];
      }
      for (; this.left > 0 && taken.length < count; this.left--) taken.push(this.next++);
    }
    return taken;
  }
}
