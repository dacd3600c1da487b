import { Injectable } from '@nestjs/common';
import { Quotas } from '#delivery';
import type { Scope } from '#kernel';
import { AudienceHandover } from '../audiences/handover.service.js';
import type { Campaign } from '../campaigns.repository.js';
import { optionsWith } from '../options/campaign-options.js';

/** Whom a campaign would go to now. */
export interface Reach {
  /** Everyone it names. */
  named: number;
  /** Those who can be sent to: friends, but for the holdout, and at most as many as it says. */
  people: number;
}

/** How many a campaign goes to, and how many LINE's quota leaves for it. */
@Injectable()
export class CampaignReach {
  constructor(
    private readonly handover: AudienceHandover,
    private readonly quotas: Quotas,
  ) {}

  /** @throws AppError 409 where its people could not be sent this, or are not known yet */
  assertReady(scope: Scope, campaign: Campaign): Promise<void> {
    return this.handover.assertReady(scope, campaign);
  }

  async of(scope: Scope, campaign: Campaign): Promise<Reach> {
    const { named, reachable } = await this.handover.reach(scope, campaign);
    const { holdoutPercent, most } = optionsWith(campaign.options, {});
    const sendable = reachable - Math.floor((reachable * (holdoutPercent ?? 0)) / 100);
    return { named, people: Math.min(sendable, most?.people ?? Infinity) };
  }

  /** What is left where the campaign cares; null: it does not, or there is no limit, or LINE cannot be asked. */
  async quotaLeft(scope: Scope, { channelId, options }: Campaign): Promise<number | null> {
    if (optionsWith(options, {}).onQuota === 'pause') return null;
    return (await this.quotas.of(scope, channelId))?.left ?? null;
  }
}
