import type { WorkspaceRef } from '#kernel';
import type { Event } from '../kinds/event-kinds.js';

/** Batches after a repetition that are not taken to be news. */
const WARY_FOR = 50;

/**
 * Whether a batch is likely to be all new, which nearly every batch is: then nothing is looked up in advance, and the
 * unique keys tell where that was wrong. A workspace that has just repeated something is likely to go on with it.
 */
export class News {
  /** Batches for which a workspace is still watched. */
  private readonly wary = new Map<string, number>();

  mustLook({ workspaceId }: WorkspaceRef, events: Event[], attempt: number): boolean {
    const left = this.wary.get(workspaceId) ?? 0;
    if (left > 1) this.wary.set(workspaceId, left - 1);
    else this.wary.delete(workspaceId);
    // A refund is nearly always about an order that is known.
    return left > 0 || attempt > 1 || events.some(({ type }) => type === 'refund');
  }

  /** Something in a batch was stored already. */
  wasNone({ workspaceId }: WorkspaceRef): void {
    this.wary.set(workspaceId, WARY_FOR);
  }
}
