import { Injectable } from '@nestjs/common';
import type { Scope } from '#kernel';
import { SavepointsRepository } from './savepoints.repository.js';

/** Sees to it that what is wrong with one of many harms that one only. */
@Injectable()
export class Isolation {
  constructor(private readonly savepoints: SavepointsRepository) {}

  /**
   * Does something for all at once, in the ambient transaction. Where that throws, it is undone and done in halves, until
   * the culprits stand alone.
   * @param alone what to do about one for whom it cannot be done
   */
  async each<T>(
    scope: Scope,
    items: readonly T[],
    work: (items: readonly T[]) => Promise<void>,
    alone: (item: T, error: unknown) => Promise<void>,
  ): Promise<void> {
    if (items.length === 0) return;
    try {
      await this.savepoints.attempt(scope, () => work(items));
    } catch (error) {
      if (items.length === 1) return alone(items[0]!, error);
      const middle = items.length >> 1;
      await this.each(scope, items.slice(0, middle), work, alone);
      await this.each(scope, items.slice(middle), work, alone);
    }
  }
}
