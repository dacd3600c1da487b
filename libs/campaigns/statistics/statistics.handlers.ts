import { Injectable } from '@nestjs/common';
import { HandlesJob, HandlesSchedule, type PayloadOf } from '#jobs';
import { Scopes } from '#workspaces';
import { fetchStatistics, wakeStatistics } from '../campaigns.jobs.js';
import { StatisticsWaking } from './statistics-waking.service.js';
import { UnitStatisticsKeeper } from './unit-statistics.service.js';

@Injectable()
export class StatisticsHandlers {
  constructor(
    private readonly scopes: Scopes,
    private readonly statistics: UnitStatisticsKeeper,
    private readonly waking: StatisticsWaking,
  ) {}

  @HandlesJob(fetchStatistics)
  async fetch({ workspaceId, channelId }: PayloadOf<typeof fetchStatistics>): Promise<void> {
    await this.statistics.fetch(await this.scopes.system(workspaceId), channelId);
  }

  @HandlesSchedule(wakeStatistics)
  async wake(): Promise<void> {
    await this.waking.wake();
  }
}
