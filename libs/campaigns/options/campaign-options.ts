import type { MostPeople, Split } from '#delivery';
import type { CanaryDto, LocalWindowDto, MostDto, OnQuota, TrialDto } from './campaign-options.dto.js';

/** How a campaign is sent, beside what and to whom. */
export interface CampaignOptions {
  window: LocalWindowDto | null;
  /** Of one message: where sends compete for a member's last slot under a cap, the higher goes. */
  value: number;
  most: MostDto | null;
  onQuota: OnQuota;
  /** Of whom the quota is enough for, with `onQuota: 'trim'`. */
  trimOrder: MostPeople['order'];
  holdoutPercent: number | null;
  /** A test of the variants with a part of the people. */
  test: TrialDto | null;
  canary: CanaryDto | null;
}

/** One of the contents of a campaign. */
export interface Variant {
  messages: readonly object[];
  /** Under which LINE counts it. */
  unit: string;
  /** Relative weight. */
  share: number;
}

export const NO_OPTIONS: CampaignOptions = {
  window: null,
  value: 0,
  most: null,
  onQuota: 'pause',
  trimOrder: 'random',
  holdoutPercent: null,
  test: null,
  canary: null,
};

/** What is said takes the place of what was; null clears. Campaigns of before know of no options. */
export function optionsWith(before: Partial<CampaignOptions>, said: Partial<CampaignOptions>): CampaignOptions {
  const names = Object.keys(NO_OPTIONS) as (keyof CampaignOptions)[];
  const chosen = names.flatMap((name) => {
    const value = said[name] === undefined ? before[name] : said[name];
    return value === undefined || value === null ? [] : [[name, value] as const];
  });
  return { ...NO_OPTIONS, ...Object.fromEntries(chosen) };
}

/** How the people of a campaign are split; undefined: everybody is sent the same at once. */
export function splitOf({ holdoutPercent, test, canary }: CampaignOptions, variants: readonly Variant[] | null) {
  const firstPercent = test?.percent ?? canary?.percent;
  if (holdoutPercent === null && firstPercent === undefined && !variants) return undefined;
  const [first, ...others] = variants ?? [];
  const split: Split = {
    ...(holdoutPercent !== null && { holdoutPercent }),
    ...(firstPercent !== undefined && { firstPercent }),
    ...(others.length > 0 && { share: first!.share, variants: others }),
  };
  return split;
}

/** Variants as they are kept: each has a unit of its own, so that LINE counts them apart. */
export function variantsOf(unit: string, given: readonly { messages: object[]; share?: number }[]): Variant[] {
  return given.map(({ messages, share = 1 }, i) => ({ messages, share, unit: i === 0 ? unit : unitOf(unit, i) }));
}

const LONGEST_UNIT = 30;

function unitOf(unit: string, variant: number): string {
  const end = `_${variant}`;
  return unit.slice(0, LONGEST_UNIT - end.length) + end;
}
