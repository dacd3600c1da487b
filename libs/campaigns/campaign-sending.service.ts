import { Injectable } from '@nestjs/common';
import { Sends, type MostPeople, type SendProblem } from '#delivery';
import { AppError, type Scope } from '#kernel';
import { AudienceHandover } from './audiences/handover.service.js';
import { quotaShort } from './campaigns.errors.js';
import type { Campaign } from './campaigns.repository.js';
import { CampaignReach } from './price/campaign-reach.service.js';
import { optionsWith, splitOf } from './options/campaign-options.js';
import { TrialBeginning } from './trials/trial-beginning.service.js';
import { UnitStatisticsKeeper } from './statistics/unit-statistics.service.js';

/** What came of trying to send. */
export type Sent = { sendId: string } | { problem: SendProblem };

/** Makes a send of a campaign. */
@Injectable()
export class CampaignSending {
  constructor(
    private readonly sends: Sends,
    private readonly handover: AudienceHandover,
    private readonly statistics: UnitStatisticsKeeper,
    private readonly trials: TrialBeginning,
    private readonly reach: CampaignReach,
  ) {}

  /**
   * In the ambient transaction.
   * @param left messages that LINE's quota leaves for it; null: as many as it likes
   * @returns the problem where trying again would not help
   */
  async send(scope: Scope, campaign: Campaign, left: number | null): Promise<Sent> {
    const { id, channelId, messages, unit, role } = campaign;
    const options = optionsWith(campaign.options, {});
    const { window, value } = options;
    try {
      const most = left === null ? options.most : await this.within(scope, campaign, left);
      const sendId = await this.sends.start(scope, {
        channelId,
        origin: { kind: 'campaign', id },
        class: campaign.class,
        messages,
        unit,
        role,
        ...{ window, value, most },
        split: splitOf(options, campaign.variants),
        audience: await this.handover.audience(scope, campaign),
      });
      for (const one of campaign.variants ?? [{ unit }])
        await this.statistics.note(scope, { channelId, unit: one.unit }, id);
      await this.trials.begin(scope, campaign, sendId);
      return { sendId };
    } catch (error) {
      // Its channel is gone: trying again would not bring it back, and the marketer should see why nothing was sent.
      if (!(error instanceof AppError)) throw error;
      return { problem: { code: error.code, detail: error.message } };
    }
  }

  /** @throws AppError 409 where the quota is not enough, and the campaign is not to be cut short */
  private async within(scope: Scope, campaign: Campaign, left: number): Promise<MostPeople | null> {
    const { onQuota, most, trimOrder } = optionsWith(campaign.options, {});
    const { people } = await this.reach.of(scope, campaign);
    if (people <= left) return most;
    if (onQuota === 'refuse' || left === 0) throw quotaShort(people, left);
    return { people: left, order: most?.order ?? trimOrder };
  }
}
