import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '#config';
import { Database } from '#database';
import type { Clock } from '#kernel';
import type { Lane } from '../lanes.js';
import { OutboxRepository, type ClaimedRow } from '../outbox/outbox.repository.js';
import { Relay, type Wake } from '../queue/relay.js';

export interface Subscriber {
  /** Of its rows. */
  name: string;
  lane: Lane;
  oneAtATime?: (payload: object) => string;
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

  async run({ scope, payload }: ClaimedRow, subscribers: readonly Subscriber[]): Promise<void> {
    const now = this.clock.now();
    const wakes: Wake[] = [];
    for (const { name, lane, oneAtATime } of subscribers) {
      const key = oneAtATime?.(payload) ?? null;
      const row = { job: name, lane, payload, oneAtATime: key, dueAt: now, createdAt: now };
      wakes.push({ id: await this.outbox.add(scope, row), lane });
    }
    this.db.afterCommit(async () => this.relay.wake(wakes));
  }
}
