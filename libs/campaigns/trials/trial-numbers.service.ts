import { Injectable } from '@nestjs/common';
import { Outcomes } from '#delivery';
import type { Scope } from '#kernel';
import type { Campaign } from '../campaigns.repository.js';
import { UnitStatisticsKeeper } from '../statistics/unit-statistics.service.js';
import { DecisionsRepository } from './decisions.repository.js';
import type { CanaryNumbers, VariantNumbers } from './trial-outcome.js';

/** How the first part of a send took it. */
@Injectable()
export class TrialNumbers {
  constructor(
    private readonly outcomes: Outcomes,
    private readonly keeper: UnitStatisticsKeeper,
    private readonly decisions: DecisionsRepository,
  ) {}

  /** How many of the first part are still to be sent to. */
  async open(scope: Scope, sendId: string): Promise<number> {
    const totals = await this.outcomes.totalsByVariant(scope, sendId);
    return totals.reduce((sum, { planned }) => sum + planned, 0);
  }

  async canary(scope: Scope, sendId: string): Promise<CanaryNumbers> {
    const planned = await this.open(scope, sendId);
    return { planned, ...(await this.outcomes.reaction(scope, sendId)) };
  }

  /** By variant, as far as they are known now. */
  async variants(scope: Scope, { channelId, variants, options }: Campaign, sendId: string): Promise<VariantNumbers[]> {
    const units = (variants ?? []).map(({ unit }) => unit);
    const totals = await this.outcomes.totalsByVariant(scope, sendId);
    const conversions = await this.decisions.conversions(scope, sendId, minutesOf(options));
    const told = await this.keeper.known(scope, channelId, units);
    return units.map((unit, variant) => ({
      accepted: totals[variant]?.accepted ?? 0,
      clicks: told.findLast((row) => row.unit === unit)?.statistics?.overview.uniqueClick ?? null,
      conversions: conversions.get(variant) ?? 0,
    }));
  }

  /** Asks LINE about the variants at once, as far as it may be asked. */
  async ask(scope: Scope, { channelId, variants }: Campaign): Promise<void> {
    await this.keeper.fetchNow(
      scope,
      channelId,
      (variants ?? []).map(({ unit }) => unit),
    );
  }
}

/** Without a test a purchase counts for a day. */
const USUAL_MINUTES = 24 * 60;

function minutesOf({ test }: Campaign['options']): number {
  return test?.decideAfterMinutes ?? USUAL_MINUTES;
}
