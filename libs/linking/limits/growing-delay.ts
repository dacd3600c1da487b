export interface Failures {
  count: number;
  /** The last one. */
  at: Date;
}

export interface DelayRule {
  /** Failures that cost nothing: people mistype. */
  free: number;
  /** After the first failure beyond those; twice as long after each further one. */
  firstMs: number;
  longestMs: number;
  /** Without a failure for so long, all is forgotten. */
  forgottenAfterMs: number;
}

/** Milliseconds until another try is allowed. */
export function waitAfter({ count, at }: Failures, rule: DelayRule, now: Date): number {
  if (isForgotten(at, rule, now) || count < rule.free) return 0;
  const delay = Math.min(rule.longestMs, rule.firstMs * 2 ** (count - rule.free));
  // Within the delay also where the clock was turned back.
  return Math.min(delay, Math.max(0, at.getTime() + delay - now.getTime()));
}

export function isForgotten(at: Date, { forgottenAfterMs }: DelayRule, now: Date): boolean {
  return now.getTime() - at.getTime() >= forgottenAfterMs;
}
