const FIRST_MS = 1_000;
const LONGEST_MS = 15 * 60_000;

/**
 * How long a row waits after its n-th failed run: doubling from a second to a quarter of an hour, and of that a random
 * half to whole, so that what failed together does not come back together.
 * @param random 0 ≤ x < 1
 */
export function backoff(attempts: number, random: number): number {
  const whole = Math.min(LONGEST_MS, FIRST_MS * 2 ** (attempts - 1));
  return Math.round(whole * (0.5 + random / 2));
}
