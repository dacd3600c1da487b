import type { Ceiling, Ceilings } from '#workspaces';
import { termsOf } from '../price/plan-terms.js';
import { priceOf } from '../price/price-of.js';
import type { ChannelSpending } from './spending.repository.js';

/** Taken where nothing is known of a channel's plan. */
const DEAREST = 'standard';

export type Span = 'day' | 'month';

/** The ceiling that leaves the least room. */
export interface Tightest {
  span: Span;
  unit: keyof Ceiling;
  most: number;
  /** Messages that still fit under it, of those asked for. */
  left: number;
}

export interface Asked {
  channelId: string;
  messages: number;
}

/** @param spending every channel that has sent this month, the asked one among them. @returns undefined where all fit */
export function tightest(
  ceilings: Ceilings,
  spending: readonly ChannelSpending[],
  asked: Asked,
  at: Date,
): Tightest | undefined {
  const spentWith = (n: number, of: Pick<Tightest, 'span' | 'unit'>): number =>
    spending.reduce(
      (sum, channel) => sum + spent(channel, channel.channelId === asked.channelId ? n : 0, { ...of, at }),
      0,
    );
  const all = (['month', 'day'] as const).flatMap((span) =>
    (['messages', 'amount'] as const).flatMap((unit) => {
      const most = ceilings[span]?.[unit];
      if (most === undefined) return [];
      const fits = (n: number) => spentWith(n, { span, unit }) <= most;
      return [{ span, unit, most, left: mostThat(fits, asked.messages) }];
    }),
  );
  const refusing = all.filter(({ left }) => left < asked.messages);
  // Of equals the month comes first: it lasts longer.
  return refusing.reduce<Tightest | undefined>(
    (least, one) => (least && least.left <= one.left ? least : one),
    undefined,
  );
}

/** What a channel has spent in a span, with `more` messages now. */
function spent(
  channel: ChannelSpending,
  more: number,
  { span, unit, at }: Pick<Tightest, 'span' | 'unit'> & { at: Date },
): number {
  const month = channel.month + more;
  const n = span === 'month' ? month : channel.today + more;
  if (unit === 'messages') return n;
  const { terms: plan, taxPercent } = termsOf(channel, at) ?? termsOf({ ...channel, plan: DEAREST }, at)!;
  return priceOf(n, { plan, taxPercent, used: channel.byOthers + month - n, limit: null }).total;
}

/** The greatest n ≤ most that fits, where all below what fits fits too. */
function mostThat(fits: (n: number) => boolean, most: number): number {
  if (fits(most)) return most;
  let [low, high] = [-1, most];
  while (high - low > 1) {
    const middle = Math.floor((low + high) / 2);
    if (fits(middle)) low = middle;
    else high = middle;
  }
  return Math.max(low, 0);
}
