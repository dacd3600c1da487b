import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { RetryAfter } from '#jobs';
import type { Scope } from '#kernel';
import { CampaignApprovals } from './approvals/approvals.service.js';
import { CampaignSending } from './campaign-sending.service.js';
import { CampaignsRepository } from './campaigns.repository.js';
import { CampaignReach } from './price/campaign-reach.service.js';
import { CampaignSeries, isSeries } from './repeating/campaign-series.service.js';

/** Turns campaigns into sends when their time has come. */
@Injectable()
export class CampaignStart {
  constructor(
    private readonly db: Database,
    private readonly campaigns: CampaignsRepository,
    private readonly sending: CampaignSending,
    private readonly approvals: CampaignApprovals,
    private readonly series: CampaignSeries,
    private readonly reach: CampaignReach,
  ) {}

  /** Starts it once, however often it is called; who has been cancelled is not started. */
  async start(scope: Scope, id: string): Promise<void> {
    const asked = await this.campaigns.find(scope, id);
    // LINE is asked while nothing is held.
    const left = asked?.state === 'scheduled' ? await this.reach.quotaLeft(scope, asked) : null;
    await this.db.transaction(scope, async () => {
      const campaign = await this.campaigns.hold(scope, id);
      if (campaign?.state !== 'scheduled') return;
      const early = campaign.startsAt!.getTime() - scope.clock.now().getTime();
      // Of one that comes back, whoever made this the next time has asked for a job of its own.
      if (early > 0 && isSeries(campaign)) return;
      if (early > 0) throw new RetryAfter(early, 'its time has not come');
      // There may be more of them by now, or other ones.
      if (await this.approvals.mustWait(scope, campaign))
        return this.campaigns.setState(scope, id, { state: 'awaiting_approval', startsAt: campaign.startsAt! });
      if (isSeries(campaign)) return this.series.occur(scope, campaign, left);
      const sent = await this.sending.send(scope, campaign, left);
      await this.campaigns.setState(scope, id, { state: 'sendId' in sent ? 'started' : 'failed', ...sent });
    });
  }
}
