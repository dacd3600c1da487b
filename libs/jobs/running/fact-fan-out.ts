import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '#config';
import { Database } from '#database';
import type { Clock, WorkspaceRef } from '#kernel';
import type { Together } from '../declarations/definitions.js';
import type { Lane } from '../lanes.js';
import { OutboxRepository } from '../outbox/outbox.repository.js';
import { Relay } from '../queue/relay.js';
import { togetherKey, type Wake } from '../queue/wake-up.js';

export interface Subscriber {
  /** Of its rows. */
  name: string;
  lane: Lane;
  oneAtATime?: (payload: object) => string;
  together?: Together<object>;
}

/**
 * Turns the row of a fact into one row for each subscriber, in the transaction that deletes it. This happens in the
 * worker because only there the subscribers are known: who announces stands below them.
 */
@Injectable()
export class FactFanOut {
  constructor(
    private readonly db: Database,
    private readonly outbox: OutboxRepository,
    private readonly relay: Relay,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async run(scope: WorkspaceRef | null, payload: object, subscribers: readonly Subscriber[]): Promise<void> {
    const now = this.clock.now();
    const rows = subscribers.map(({ name, lane, oneAtATime }) => {
      return { job: name, lane, payload, oneAtATime: oneAtATime?.(payload) ?? null, dueAt: now, createdAt: now };
    });
    const ids = await this.outbox.add(scope, rows);
    const wakes = subscribers.map(({ name, lane, together }, i): Wake => {
      const mayShare = scope !== null && together?.isSmall(payload);
      return { ids: [ids[i]!], lane, together: mayShare ? togetherKey(name, scope) : undefined };
    });
    this.db.afterCommit(async () => this.relay.wake(wakes));
  }
}
