import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { Jobs } from '#jobs';
import type { Scope } from '#kernel';
import { drainChannel } from '../delivery.jobs.js';
import { WakingRepository, type DueChannel } from './waking.repository.js';

/** Wakes whoever sends on a channel, in the ambient transaction. */
@Injectable()
export class WakeUps {
  constructor(
    private readonly db: Database,
    private readonly waking: WakingRepository,
    private readonly jobs: Jobs,
  ) {}

  /**
   * Wakes the channel unless somebody has: of hundreds of small sends a second each would be one more errand for nothing.
   * Whether the other wake-up was early enough to find this send can only be said once it is committed.
   */
  async wakeOnce({ workspaceId, clock }: Scope, channelId: string): Promise<void> {
    const channel = { workspaceId, channelId };
    if (!(await this.waking.isWaking(channel, drainChannel, clock.now()))) return this.wake(channel);
    this.db.afterCommit(() =>
      this.db.transaction(channel, async () => {
        if (!(await this.waking.isWaking(channel, drainChannel, clock.now()))) await this.wake(channel);
      }),
    );
  }

  async wake({ workspaceId, channelId }: DueChannel): Promise<void> {
    await this.jobs.enqueue({ workspaceId }, drainChannel, { workspaceId, channelId });
  }
}
