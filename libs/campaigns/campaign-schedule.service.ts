import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Jobs } from '#jobs';
import { toInstant, type Scope } from '#kernel';
import { AudienceHandover } from './audiences/handover.service.js';
import { neverComes, wrongState } from './campaigns.errors.js';
import { startCampaign } from './campaigns.jobs.js';
import { CampaignsRepository } from './campaigns.repository.js';
import { Campaigns, type CampaignWithTotals } from './campaigns.service.js';
import { CampaignSeries, isSeries } from './repeating/campaign-series.service.js';

/** When a campaign leaves, and that it does not after all. */
@Injectable()
export class CampaignSchedule {
  constructor(
    private readonly all: Campaigns,
    private readonly campaigns: CampaignsRepository,
    private readonly handover: AudienceHandover,
    private readonly series: CampaignSeries,
    private readonly jobs: Jobs,
    private readonly audit: Audit,
  ) {}

  /**
   * At `sendAt`, or the draft's own, or now; a moment that has passed is now. It leaves no sooner than its undo window has
   * passed. One that comes back does so from then on.
   * @throws AppError 404, 409
   */
  async schedule(scope: Scope, id: string, sendAt?: string): Promise<CampaignWithTotals> {
    return this.all.change(scope, id, async (campaign) => {
      if (campaign.state !== 'draft') throw wrongState(campaign.state, 'scheduled');
      await this.handover.assertReady(scope, campaign);
      const now = scope.clock.now();
      const at = sendAt === undefined ? (campaign.sendAt ?? now) : toInstant(sendAt);
      const startsAt = new Date(Math.max(at.getTime(), now.getTime() + campaign.undoSeconds * 1_000));
      if (isSeries(campaign)) {
        if (!(await this.series.begin(scope, campaign, startsAt, at))) throw neverComes();
      } else {
        await this.campaigns.setState(scope, id, { state: 'scheduled', sendAt: at, startsAt });
        const ref = { workspaceId: scope.workspaceId, campaignId: id };
        await this.jobs.enqueue(scope, startCampaign, ref, { dueAt: startsAt });
      }
      await this.audit.record(scope, 'campaigns.scheduled', `campaigns/${id}`, { sendAt: at });
    });
  }

  /** Makes a draft of what has not begun to leave; a moment that has passed is forgotten. @throws AppError 404, 409 */
  async undo(scope: Scope, id: string): Promise<CampaignWithTotals> {
    return this.all.change(scope, id, async (campaign) => {
      const { state, sendAt } = campaign;
      if (state !== 'scheduled' || (await this.series.hasBegun(scope, id))) throw wrongState(state, 'taken back');
      const ahead = sendAt !== null && sendAt > scope.clock.now();
      await this.campaigns.setState(scope, id, { state: 'draft', sendAt: ahead ? sendAt : null });
      await this.audit.record(scope, 'campaigns.taken_back', `campaigns/${id}`);
    });
  }
}
