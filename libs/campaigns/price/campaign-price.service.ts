import { Injectable } from '@nestjs/common';
import { Prices } from '#delivery';
import type { Scope } from '#kernel';
import { Campaigns } from '../campaigns.service.js';
import { CampaignReach } from './campaign-reach.service.js';
import type { CampaignPriceDto } from './price.dto.js';

/** What a campaign would cost, before it is scheduled. */
@Injectable()
export class CampaignPrice {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly reach: CampaignReach,
    private readonly prices: Prices,
  ) {}

  /** As of now. @throws AppError 404 */
  async get(scope: Scope, id: string): Promise<CampaignPriceDto> {
    const campaign = await this.campaigns.get(scope, id);
    const { named, people } = await this.reach.of(scope, campaign);
    const { channelId, messages, variants } = campaign;
    const bubbles = Math.max(messages.length, ...(variants ?? []).map((one) => one.messages.length));
    return Object.assign(await this.prices.quote(scope, { channelId, people, messages: bubbles }), { named });
  }
}
