import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { SendTotals } from '#delivery';
import type { Scope } from '#kernel';
import { CampaignTotals } from '../campaign-totals.service.js';
import { Campaigns } from '../campaigns.service.js';
import { CampaignRunsRepository, type CampaignRun } from './campaign-runs.repository.js';

export type RunWithTotals = CampaignRun & { totals: SendTotals };

/** What became of each time a campaign came back. */
@Injectable()
export class CampaignRuns {
  constructor(
    private readonly db: Database,
    private readonly campaigns: Campaigns,
    private readonly runs: CampaignRunsRepository,
    private readonly totals: CampaignTotals,
  ) {}

  /** The newest first. @param before the instant of the last one seen @throws AppError 404 */
  async list(scope: Scope, campaignId: string, limit: number, before?: string): Promise<RunWithTotals[]> {
    return this.db.transaction(scope, async () => {
      await this.campaigns.get(scope, campaignId);
      return this.totals.beside(scope, await this.runs.list(scope, campaignId, limit, before));
    });
  }
}
