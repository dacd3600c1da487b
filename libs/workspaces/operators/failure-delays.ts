interface Failures {
  count: number;
  /** Milliseconds of the clock at the last one. */
  at: number;
}

const FIRST_DELAY = 1_000;
const LONGEST_DELAY = 15 * 60_000;
const FORGOTTEN_AFTER = 24 * 3_600_000;
/** Above this, what was forgotten is thrown away; then the oldest. */
const MOST = 100_000;

/** How long to wait after failures: nothing at first, then a second, and with each one twice as long. */
export class FailureDelays {
  private readonly failures = new Map<string, Failures>();

  /** @param free failures that cost no delay */
  constructor(private readonly free: number) {}

  /** Milliseconds from `now` until another attempt is allowed. */
  wait(key: string, now: number): number {
    const known = this.live(key, now);
    if (!known) return 0;
    const delay = delayAfter(known.count - this.free);
    return Math.min(delay, Math.max(0, known.at + delay - now));
  }

  /** An attempt counts as failed when it begins, so that many at once get no further than one after the other. */
  add(key: string, now: number): void {
    const count = (this.live(key, now)?.count ?? 0) + 1;
    // Taken out first: the map keeps the order in which keys were last used.
    this.failures.delete(key);
    if (this.failures.size >= MOST) this.makeRoom(now);
    this.failures.set(key, { count, at: now });
  }

  /** One attempt was none, or did not fail. */
  takeBack(key: string): void {
    const known = this.failures.get(key);
    if (!known) return;
    known.count -= 1;
    if (known.count === 0) this.failures.delete(key);
  }

  clear(key: string): void {
    this.failures.delete(key);
  }

  private live(key: string, now: number): Failures | undefined {
    const known = this.failures.get(key);
    return known && now - known.at < FORGOTTEN_AFTER ? known : undefined;
  }

  private makeRoom(now: number): void {
    for (const [key, { at }] of this.failures) {
      if (now - at < FORGOTTEN_AFTER && this.failures.size < MOST) return;
      this.failures.delete(key);
    }
  }
}

/** @param beyond failures beyond the free ones */
function delayAfter(beyond: number): number {
  return beyond < 0 ? 0 : Math.min(LONGEST_DELAY, FIRST_DELAY * 2 ** beyond);
}
