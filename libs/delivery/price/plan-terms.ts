import { localDate } from '#kernel';
import { LINE_PLANS, tariffOn, type LinePlan, type PlanTerms, type Tier } from './tariffs.js';

/** LINE's days and months; it does not say so of months, but counts deliveries by them. */
export const LINE_TIME_ZONE = 'Asia/Tokyo';

/** What is known of a channel's plan. */
export interface KnownPlan {
  plan: LinePlan | null;
  /** Prices of further messages that were agreed on for it. */
  ownTiers: readonly Tier[] | null;
  /** Messages a month that LINE names. */
  limit: number | null;
}

export interface Terms {
  id: LinePlan;
  from: 'set' | 'quota';
  terms: PlanTerms;
  taxPercent: number;
  /** Null: the channel's own prices. */
  pricesFrom: string | null;
  estimate: boolean;
}

/** What a channel pays at an instant; undefined where neither a plan is set nor the quota tells which it is. */
export function termsOf({ plan, ownTiers, limit }: KnownPlan, at: Date): Terms | undefined {
  const day = localDate(at, LINE_TIME_ZONE).toString();
  const { plans, taxPercent, validFrom, staleFrom } = tariffOn(day);
  const id = plan ?? planOfQuota(limit, plans);
  if (!id) return undefined;
  const common = plans[id];
  const own = ownTiers && common.tiers ? ownTiers : null;
  return {
    id,
    from: plan ? 'set' : 'quota',
    terms: { ...common, tiers: own ?? common.tiers },
    taxPercent,
    pricesFrom: own ? null : validFrom,
    estimate: !own && common.tiers !== null && staleFrom !== null && staleFrom <= day,
  };
}

/** Only who can have more than the free messages of a plan has another number than they. */
function planOfQuota(limit: number | null, plans: Readonly<Record<LinePlan, PlanTerms>>): LinePlan | undefined {
  if (limit === null) return undefined;
  return LINE_PLANS.find((id) => plans[id].free === limit || (plans[id].tiers && limit > plans[id].free));
}
