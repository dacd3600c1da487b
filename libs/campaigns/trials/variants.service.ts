import { Injectable } from '@nestjs/common';
import { Outcomes } from '#delivery';
import type { Scope } from '#kernel';
import { NO_TOTALS } from '../campaign-totals.service.js';
import type { Campaign } from '../campaigns.repository.js';
import { Campaigns } from '../campaigns.service.js';
import { DecisionsRepository, type Decision } from './decisions.repository.js';
import { TrialNumbers } from './trial-numbers.service.js';
import type { CampaignVariantsDto } from './variants.dto.js';

const UNSENT = { result: null, firstSentAt: null, decidesAt: null, decidedAt: null };
const UNDECIDED = { winner: null, decidedWith: null };

/** How the contents of a campaign did, and what decided. */
@Injectable()
export class CampaignVariants {
  constructor(
    private readonly campaigns: Campaigns,
    private readonly outcomes: Outcomes,
    private readonly decisions: DecisionsRepository,
    private readonly numbers: TrialNumbers,
  ) {}

  /** Of one that comes back, in its newest run. @throws AppError 404 */
  async get(scope: Scope, id: string): Promise<CampaignVariantsDto> {
    const campaign = await this.campaigns.get(scope, id);
    const { sendId } = campaign;
    const decision = sendId === null ? undefined : await this.decisions.find(scope, sendId);
    return {
      ...UNSENT,
      ...UNDECIDED,
      ...(decision && shown(campaign, decision)),
      canary: decision?.kind === 'canary' ? await this.canary(scope, decision) : null,
      variants: sendId === null ? [] : await this.variants(scope, campaign, sendId),
    };
  }

  private async canary(scope: Scope, { outcome, sendId }: Decision): Promise<object> {
    return outcome && 'canary' in outcome ? outcome.canary : this.numbers.canary(scope, sendId);
  }

  private async variants(scope: Scope, campaign: Campaign, sendId: string): Promise<CampaignVariantsDto['variants']> {
    if (!campaign.variants) return [];
    const numbers = await this.numbers.variants(scope, campaign, sendId);
    const totals = await this.outcomes.totalsByVariant(scope, sendId);
    return campaign.variants.map(({ unit, share }, variant) => {
      const { clicks, conversions } = numbers[variant]!;
      return { variant, unit, share, totals: totals[variant] ?? NO_TOTALS, clicks, conversions };
    });
  }
}

function shown({ options: { test, canary } }: Campaign, { firstSentAt, decidedAt, outcome }: Decision) {
  const minutes = test?.decideAfterMinutes ?? canary?.holdMinutes ?? 0;
  const decided = outcome && 'winner' in outcome ? { winner: outcome.winner, decidedWith: outcome.variants } : {};
  return {
    ...decided,
    result: outcome?.result ?? ('waiting' as const),
    firstSentAt,
    decidesAt: firstSentAt && new Date(firstSentAt.getTime() + minutes * 60_000),
    decidedAt,
  };
}
