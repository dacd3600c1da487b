import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { toInstant, type Scope } from '#kernel';
import { CampaignApprovals, type ApprovalShown } from './approvals/approvals.service.js';
import { neverComes, quotaShort, wrongState } from './campaigns.errors.js';
import { CampaignsRepository } from './campaigns.repository.js';
import { Campaigns, type CampaignWithTotals } from './campaigns.service.js';
import { CampaignReach } from './price/campaign-reach.service.js';
import { CampaignSeries, firstOccurrence, isSeries } from './repeating/campaign-series.service.js';

/** When a campaign leaves, and that it does not after all. */
@Injectable()
export class CampaignSchedule {
  constructor(
    private readonly all: Campaigns,
    private readonly campaigns: CampaignsRepository,
    private readonly series: CampaignSeries,
    private readonly approvals: CampaignApprovals,
    private readonly audit: Audit,
    private readonly reach: CampaignReach,
  ) {}

  /**
   * At `sendAt`, or the draft's own, or now; a moment that has passed is now. It leaves no sooner than its undo window has
   * passed. One that comes back does so from then on.
   * @throws AppError 404, 409
   */
  async schedule(scope: Scope, id: string, sendAt?: string): Promise<CampaignWithTotals> {
    await this.assertAffordable(scope, id);
    return this.all.change(scope, id, async (campaign) => {
      if (campaign.state !== 'draft') throw wrongState(campaign.state, 'scheduled');
      await this.reach.assertReady(scope, campaign);
      const now = scope.clock.now();
      const at = sendAt === undefined ? (campaign.sendAt ?? now) : toInstant(sendAt);
      const startsAt = new Date(Math.max(at.getTime(), now.getTime() + campaign.undoSeconds * 1_000));
      const first = isSeries(campaign) ? firstOccurrence(campaign, startsAt, scope.timeZone) : startsAt;
      if (!first) throw neverComes();
      const waits = await this.approvals.begin(scope, { ...campaign, sendAt: at });
      await this.campaigns.setState(scope, id, {
        state: waits ? 'awaiting_approval' : 'scheduled',
        sendAt: at,
        startsAt: first,
      });
      if (!waits) await this.series.wake(scope, id, first);
      await this.audit.record(scope, 'campaigns.scheduled', `campaigns/${id}`, { sendAt: at });
    });
  }

  /**
   * Lets one that waits for approval leave when its time comes; not before its undo window has passed once more.
   * @throws AppError 403 for who scheduled it, 404, 409
   */
  async approve(scope: Scope, id: string, digest?: string): Promise<CampaignWithTotals> {
    return this.all.change(scope, id, async (campaign) => {
      if (campaign.state !== 'awaiting_approval') throw wrongState(campaign.state, 'approved');
      await this.approvals.approve(scope, campaign, digest);
      const earliest = scope.clock.now().getTime() + campaign.undoSeconds * 1_000;
      // One that comes back sees for itself what it has missed.
      const startsAt = isSeries(campaign)
        ? campaign.startsAt!
        : new Date(Math.max(campaign.startsAt!.getTime(), earliest));
      await this.campaigns.setState(scope, id, { state: 'scheduled', startsAt });
      await this.series.wake(scope, id, startsAt);
    });
  }

  /** LINE is asked before anything is held; when it leaves, it is asked again. */
  private async assertAffordable(scope: Scope, id: string): Promise<void> {
    const campaign = await this.all.get(scope, id);
    if (campaign.state !== 'draft' || campaign.options.onQuota !== 'refuse') return;
    const left = await this.reach.quotaLeft(scope, campaign);
    const { people } = await this.reach.of(scope, campaign);
    if (left !== null && people > left) throw quotaShort(people, left);
  }

  /** Undefined where it needs none. @throws AppError 404 */
  async approval(scope: Scope, id: string): Promise<ApprovalShown | undefined> {
    return this.approvals.shown(scope, await this.all.get(scope, id));
  }

  /** Makes a draft of what has not begun to leave; a moment that has passed is forgotten. @throws AppError 404, 409 */
  async undo(scope: Scope, id: string): Promise<CampaignWithTotals> {
    return this.all.change(scope, id, async (campaign) => {
      const { state, sendAt } = campaign;
      if ((state !== 'scheduled' && state !== 'awaiting_approval') || (await this.series.hasBegun(scope, id)))
        throw wrongState(state, 'taken back');
      const ahead = sendAt !== null && sendAt > scope.clock.now();
      await this.campaigns.setState(scope, id, { state: 'draft', sendAt: ahead ? sendAt : null });
      await this.audit.record(scope, 'campaigns.taken_back', `campaigns/${id}`);
    });
  }
}
