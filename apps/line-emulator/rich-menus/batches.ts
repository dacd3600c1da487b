import type { BatchOrder } from './rich-menu.js';

const fourteenDaysMs = 14 * 24 * 60 * 60 * 1000;

export interface Batch {
  order: BatchOrder;
  /**
   * Who had which menu when the batch was first asked for; whoever is done, or was never concerned, is 0. The requests
   * of one resume key share it.
   */
  links: Uint32Array;
  phase: 'ongoing' | 'succeeded' | 'failed';
  completedAt?: number;
}

/** The batch requests of the last 14 days. */
export class Batches {
  private readonly byRequest = new Map<string, Batch>();

  /** @param links who has which menu now; not asked for when an earlier request with the same key goes on */
  add(order: BatchOrder, links: () => Uint32Array): Batch {
    const { resumeRequestKey: key } = order;
    const first = key === undefined ? undefined : this.withKey(key, order.at);
    const batch: Batch = first
      ? { order: { ...order, operations: first.order.operations }, links: first.links, phase: 'ongoing' }
      : { order, links: links(), phase: 'ongoing' };
    this.byRequest.set(order.requestId, batch);
    return batch;
  }

  find(requestId: string, now: number): Batch | undefined {
    const batch = this.byRequest.get(requestId);
    return batch && now - batch.order.at < fourteenDaysMs ? batch : undefined;
  }

  private withKey(key: string, now: number): Batch | undefined {
    for (const [requestId, { order, phase }] of this.byRequest) {
      if (now - order.at >= fourteenDaysMs && phase !== 'ongoing') this.byRequest.delete(requestId);
    }
    return [...this.byRequest.values()].find(({ order }) => order.resumeRequestKey === key);
  }
}
