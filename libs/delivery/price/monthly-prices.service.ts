import { Injectable } from '@nestjs/common';
import { localDate, startOfLocalDay, type Scope } from '#kernel';
import { SpendingRepository } from '../ceilings/spending.repository.js';
import { TotalsRepository } from '../ledger/totals.repository.js';
import { QuotasRepository } from '../quota/quotas.repository.js';
import { ChannelPlans } from './channel-plans.service.js';
import { LINE_TIME_ZONE, termsOf } from './plan-terms.js';
import { priceOf } from './price-of.js';
import type { CostDto, PlanDto } from './quote.dto.js';

export interface MonthlyPrice {
  plan: PlanDto;
  /** Messages that plan and quota leave no room for. */
  short: number;
  /** Of all months together. */
  cost: CostDto;
}

const HOUR_MS = 60 * 60_000;
const ALL_TIME = new Date(0);
const NONE: ReadonlyMap<string, number> = new Map();

/** What messages cost that are spread over months, past ones too. */
@Injectable()
export class MonthlyPrices {
  constructor(
    private readonly plans: ChannelPlans,
    private readonly quotas: QuotasRepository,
    private readonly spending: SpendingRepository,
    private readonly totals: TotalsRepository,
  ) {}

  /**
   * Beside all that the channel was let send in those months. LINE is not asked: what it said last counts.
   * @param messages by LINE's month, `YYYY-MM`
   * @param but the campaign or journey whose own sends are left out
   * @returns null where the channel's plan is not known
   */
  async of(
    scope: Scope,
    channelId: string,
    messages: ReadonlyMap<string, number>,
    but: string | null,
  ): Promise<MonthlyPrice | null> {
    const set = await this.plans.find(scope, channelId);
    const limit = (await this.quotas.find(scope, channelId, ALL_TIME))?.limit ?? null;
    const known = { plan: set?.plan ?? null, ownTiers: set?.tiers ?? null, limit };
    const last = [...messages.keys()].sort().at(-1);
    const newest = termsOf(known, last === undefined ? scope.clock.now() : startOf(last));
    if (!newest) return null;
    const used = await this.spending.months(scope, channelId, [...messages.keys()]);
    const own = but === null ? NONE : await this.totals.sentByMonth(scope, channelId, but);
    const price = { short: 0, extra: 0, amount: 0, tax: 0, total: 0 };
    const othersIn = (month: string) => Math.max(0, (used.get(month) ?? 0) - (own.get(month) ?? 0));
    for (const [month, count] of messages) {
      const { terms: plan, taxPercent } = termsOf(known, startOf(month))!;
      const one = priceOf(count, { plan, taxPercent, limit, used: othersIn(month) });
      for (const name of Object.keys(price) as (keyof typeof price)[]) price[name] += one[name];
    }
    const { short, extra: extraMessages, ...sums } = price;
    const { id, from, pricesFrom, estimate } = newest;
    return { plan: { id, from }, short, cost: { extraMessages, currency: 'JPY', ...sums, pricesFrom, estimate } };
  }
}

/** Finds LINE's months, `YYYY-MM`, of millions of moments: one hour is in one. */
export class LineMonths {
  private readonly byHour = new Map<number, string>();

  of(at: number): string {
    const hour = Math.floor(at / HOUR_MS);
    const known = this.byHour.get(hour);
    if (known !== undefined) return known;
    const month = localDate(new Date(at), LINE_TIME_ZONE).toString().slice(0, 7);
    this.byHour.set(hour, month);
    return month;
  }
}

function startOf(month: string): Date {
  return startOfLocalDay(`${month}-01`, LINE_TIME_ZONE);
}
