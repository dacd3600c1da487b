/**
 * A token bucket in its strictest reading. LINE publishes a number per period and says that tokens come back
 * gradually, not what the bucket holds; here a token comes back exactly one period after it was taken, so that no
 * period, wherever it begins, sees more than the limit. Whoever passes this passes every looser bucket.
 */
export class RateLimit {
  private readonly takenAt: Float64Array;
  private oldest = 0;
  private taken = 0;

  constructor(
    readonly limit: number,
    readonly periodMs: number,
  ) {
    this.takenAt = new Float64Array(limit);
  }

  /** Takes a token; false (and nothing taken) when none is left at `now` (ms). */
  take(now: number): boolean {
    if (this.taken === this.limit && now - (this.takenAt[this.oldest] ?? 0) < this.periodMs) return false;
    this.takenAt[this.oldest] = now;
    this.oldest = (this.oldest + 1) % this.limit;
    if (this.taken < this.limit) this.taken++;
    return true;
  }
}

/** The highest number of arrivals in any window of one second, whether they were let in or not. */
export class PeakMeter {
  private arrivals = new Float64Array(256);
  private first = 0;
  private size = 0;
  peak = 0;

  record(now: number): void {
    while (this.size > 0 && now - (this.arrivals[this.first] ?? 0) >= 1000) {
      this.first = (this.first + 1) % this.arrivals.length;
      this.size--;
    }
    if (this.size === this.arrivals.length) this.grow();
    this.arrivals[(this.first + this.size) % this.arrivals.length] = now;
    this.size++;
    if (this.size > this.peak) this.peak = this.size;
  }

  private grow(): void {
    const grown = new Float64Array(this.arrivals.length * 2);
    for (let i = 0; i < this.size; i++) grown[i] = this.arrivals[(this.first + i) % this.arrivals.length] ?? 0;
    this.arrivals = grown;
    this.first = 0;
  }
}
