import type { CanaryDto } from '../options/campaign-options.dto.js';

/** What became of one variant, of those who were sent to at once. */
export interface VariantNumbers {
  accepted: number;
  /** People who opened an address, as LINE tells it; null: it does not, or there are fewer than 20. */
  clicks: number | null;
  /** Members who purchased within the time of the test after their request. */
  conversions: number;
}

/** `accepted`: nothing else told the variants apart, so that it was sent to more people. */
export type DecidedBy = 'clicks' | 'conversions' | 'accepted';

export interface Winner {
  variant: number;
  by: DecidedBy;
  /** Why it was not decided by what had been asked for. */
  why: 'clicks_not_told' | 'no_conversions' | null;
}

/** How the first part of a canary took it. */
export interface CanaryNumbers {
  /** Sent to, or still to be, of the first part. */
  planned: number;
  accepted: number;
  rejected: number;
  blockedSince: number;
}

/**
 * Released: the rest goes. Stopped: the campaign is paused, and the rest waits for somebody. Overtaken: it was cancelled,
 * or had nobody to send to, before there was anything to decide.
 */
export type TrialOutcome =
  | { result: 'released'; winner: Winner; variants: VariantNumbers[] }
  | { result: 'released' | 'stopped' | 'released_by_hand'; canary: CanaryNumbers }
  | { result: 'overtaken' };

/**
 * The variant that most of its people took to; by what was asked for, else by the next thing that tells them apart. Of
 * equals the first.
 */
export function winnerOf(by: 'clicks' | 'conversions', numbers: readonly VariantNumbers[]): Winner {
  if (by === 'clicks' && numbers.every(({ clicks }) => clicks !== null))
    return {
      variant: best(
        numbers,
        rateOf(({ clicks }) => clicks!),
      ),
      by: 'clicks',
      why: null,
    };
  const why = by === 'clicks' ? 'clicks_not_told' : null;
  if (numbers.some(({ conversions }) => conversions > 0))
    return {
      variant: best(
        numbers,
        rateOf(({ conversions }) => conversions),
      ),
      by: 'conversions',
      why,
    };
  return { variant: best(numbers, ({ accepted }) => accepted), by: 'accepted', why: why ?? 'no_conversions' };
}

/** Whether too many mind already, even if nobody of those who are still to be sent to does. */
export function isTooMuch(canary: CanaryDto, { planned, accepted, rejected, blockedSince }: CanaryNumbers): boolean {
  return (
    percent(blockedSince, accepted + planned) > canary.maxBlockedPercent ||
    percent(rejected, accepted + rejected + planned) > canary.maxRejectedPercent
  );
}

function percent(part: number, whole: number): number {
  return whole === 0 ? 0 : (100 * part) / whole;
}

function rateOf(count: (numbers: VariantNumbers) => number): (numbers: VariantNumbers) => number {
  return (numbers) => (numbers.accepted === 0 ? 0 : count(numbers) / numbers.accepted);
}

function best(numbers: readonly VariantNumbers[], worth: (one: VariantNumbers) => number): number {
  const worths = numbers.map(worth);
  return worths.indexOf(Math.max(...worths));
}
