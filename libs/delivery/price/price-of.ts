import type { PlanTerms } from './tariffs.js';

/** Where a channel stands in its month. */
export interface MonthSoFar {
  plan: PlanTerms;
  taxPercent: number;
  /** Messages that count already, whoever sent them. */
  used: number;
  /** Most messages LINE sends in the month; null: it names no limit. */
  limit: number | null;
}

/** Whole yen. */
export interface Price {
  /** Of the messages asked for, how many LINE would send. */
  sendable: number;
  /** The others. */
  short: number;
  /** Of the sendable, how many are not in the plan's monthly price. */
  extra: number;
  /** Without tax. */
  amount: number;
  tax: number;
  total: number;
}

/**
 * What `n` more messages cost beyond the plan's monthly price. Prices add up: of two sends after one another they are
 * that of both at once, and of all sends of a month what the month's messages cost. Fractions of a yen fall away from the
 * month's sum and from its tax; LINE does not say how it rounds.
 */
export function priceOf(n: number, { plan, taxPercent, used, limit }: MonthSoFar): Price {
  const most = Math.min(limit ?? Infinity, plan.tiers ? Infinity : plan.free);
  const sendable = Math.max(0, Math.min(n, most - used));
  const before = Math.max(0, used - plan.free);
  const after = Math.max(0, used + sendable - plan.free);
  const amount = yenFor(after, plan) - yenFor(before, plan);
  const tax = taxOf(yenFor(after, plan), taxPercent) - taxOf(yenFor(before, plan), taxPercent);
  return { sendable, short: n - sendable, extra: after - before, amount, tax, total: amount + tax };
}

function yenFor(extra: number, { tiers }: PlanTerms): number {
  let tenths = 0;
  let from = 0;
  for (const { upTo, tenthsOfYen } of tiers ?? []) {
    const to = Math.min(extra, upTo ?? Infinity);
    if (to <= from) break;
    tenths += (to - from) * tenthsOfYen;
    from = to;
  }
  return Math.floor(tenths / 10);
}

function taxOf(yen: number, percent: number): number {
  return Math.floor((yen * percent) / 100);
}
