import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '#config';
import { Database } from '#database';
import { Jobs } from '#jobs';
import type { Clock, Scope } from '#kernel';
import { drainChannel } from '../delivery.jobs.js';
import { channelLock } from './drain.service.js';
import { WakingRepository, type DueChannel } from './waking.repository.js';

/** Sees to it that a channel with something to do has somebody at it, whatever died. */
@Injectable()
export class Waking {
  constructor(
    private readonly db: Database,
    private readonly repository: WakingRepository,
    private readonly jobs: Jobs,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * After a turn, when the channel is free again: whoever was woken during the turn has gone away, so what came in is
   * ours to see to.
   */
  async wakeAgain(scope: Scope, channelId: string): Promise<void> {
    const due = await this.repository.dueChannels(null, this.clock.now(), channelId);
    if (due.length > 0) await this.wake({ workspaceId: scope.workspaceId, channelId });
  }

  /** Wakes what is due, unless somebody is at it or about to be. */
  async sweep(): Promise<void> {
    for (const channel of await this.repository.dueChannels(null, this.clock.now())) {
      const free = await this.db.withLock(channelLock(channel.channelId), async () => true);
      if (free && !(await this.repository.isWaking(channel, drainChannel))) await this.wake(channel);
    }
  }

  private async wake({ workspaceId, channelId }: DueChannel): Promise<void> {
    await this.jobs.enqueue({ workspaceId }, drainChannel, { workspaceId, channelId });
  }
}
