import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '#config';
import { Jobs } from '#jobs';
import type { Clock } from '#kernel';
import { fetchStatistics } from '../campaigns.jobs.js';
import { UnitsRepository } from './units.repository.js';

/** Sees to it that LINE is asked about what is due, channel by channel. */
@Injectable()
export class StatisticsWaking {
  constructor(
    private readonly units: UnitsRepository,
    private readonly jobs: Jobs,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Twice at once does no harm: the second finds nothing due, or nothing left of the hour. */
  async wake(): Promise<void> {
    for (const { workspaceId, channelId } of await this.units.dueChannels(null, this.clock.now()))
      await this.jobs.enqueue({ workspaceId }, fetchStatistics, { workspaceId, channelId });
  }
}
