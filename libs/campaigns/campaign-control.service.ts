import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Sends } from '#delivery';
import type { Scope } from '#kernel';
import { wrongState } from './campaigns.errors.js';
import { CampaignsRepository } from './campaigns.repository.js';
import { Campaigns, type CampaignWithTotals } from './campaigns.service.js';
import { TrialBeginning } from './trials/trial-beginning.service.js';
import { CampaignSeries, isSeries } from './repeating/campaign-series.service.js';

/** Stops what is going on, and lets it go on. */
@Injectable()
export class CampaignControl {
  constructor(
    private readonly all: Campaigns,
    private readonly campaigns: CampaignsRepository,
    private readonly sends: Sends,
    private readonly series: CampaignSeries,
    private readonly trials: TrialBeginning,
    private readonly audit: Audit,
  ) {}

  /** Nothing more leaves from a second later on, nor does it come back meanwhile. @throws AppError 404, 409 */
  async pause(scope: Scope, id: string): Promise<CampaignWithTotals> {
    return this.all.change(scope, id, async (campaign) => {
      const { sendId, state } = campaign;
      const stopped = sendId !== null && (await this.sends.pause(scope, sendId));
      const comesBack = isSeries(campaign) && state === 'scheduled';
      if (comesBack)
        await this.campaigns.setState(scope, id, { state: 'paused', startsAt: campaign.startsAt ?? undefined });
      if (!stopped && !comesBack) throw wrongState(state, 'paused');
      await this.audit.record(scope, 'campaigns.paused', `campaigns/${id}`);
    });
  }

  /** What would have come back meanwhile does not. @throws AppError 404, 409 */
  async resume(scope: Scope, id: string): Promise<CampaignWithTotals> {
    return this.all.change(scope, id, async (campaign) => {
      const { sendId, state } = campaign;
      const goesOn = sendId !== null && (await this.sends.resume(scope, sendId));
      if (goesOn) await this.trials.goOn(scope, sendId);
      const comesBack = isSeries(campaign) && state === 'paused' && campaign.startsAt !== null;
      if (comesBack) await this.series.resume(scope, campaign);
      if (!goesOn && !comesBack) throw wrongState(state, 'resumed');
      await this.audit.record(scope, 'campaigns.resumed', `campaigns/${id}`);
    });
  }

  /** Who was sent to stays sent to; nobody else will be. A draft is deleted instead. @throws AppError 404, 409 */
  async cancel(scope: Scope, id: string): Promise<CampaignWithTotals> {
    return this.all.change(scope, id, async ({ sendId, startsAt, state }) => {
      const stopped = sendId !== null && (await this.sends.cancel(scope, sendId));
      if (startsAt) await this.campaigns.setState(scope, id, { state: 'cancelled' });
      else if (!stopped) throw wrongState(state, 'cancelled');
      await this.audit.record(scope, 'campaigns.cancelled', `campaigns/${id}`);
    });
  }
}
