import { KEY_IS_SAFE_FOR_MS, type LeasedPage } from '../ledger/leased-page.js';

const FIRST_MS = 1_000;
const LONGEST_MS = 10 * 60_000;
/** The golden ratio's fraction: its multiples lie as far from each other as they can, so pages spread evenly. */
const GOLDEN = 0.618_033_988_75;

/**
 * When a page whose outcome is unknown is tried again: 1 s, 2 s, 4 s … up to 10 minutes, each between half and all of
 * it, and not after the moment at which it becomes uncertain.
 */
export function nextAttempt(page: LeasedPage, now: Date): Date {
  const longest = Math.min(FIRST_MS * 2 ** Math.min(page.attempts - 1, 20), LONGEST_MS);
  const jitter = 0.5 + (((page.number + page.attempts * 7) * GOLDEN) % 1) / 2;
  const last = (page.attemptedAt ?? now).getTime() + KEY_IS_SAFE_FOR_MS;
  return new Date(Math.min(now.getTime() + longest * jitter, last));
}
