/** A monotonic clock in milliseconds, and a way to wait by it. */
export interface Ticks {
  now(): number;
  after(milliseconds: number, then: () => void): void;
}

export const realTicks: Ticks = {
  now: () => performance.now(),
  after: (milliseconds, then) => void setTimeout(then, milliseconds),
};

/** LINE's rates are per second. */
const PERIOD_MS = 1_000;
/** `limit` requests in 1,050 ms are 95 % of the rate; what may lie between our clock and LINE's door is the rest. */
const WINDOW_MS = PERIOD_MS / 0.95;
/** Share of the limit that may leave at once after a pause: what a stall of 50 ms has held back. */
const BURST = 0.05;
/** After LINE said "too fast": half as fast, for so long. */
const SLOW_FACTOR = 2;
const SLOW_FOR_MS = 10_000;

/**
 * The pace of one endpoint of one channel: 95 % of LINE's rate in the long run, spread evenly, and in no second, wherever
 * it begins, more than the rate, however this process stalls and catches up.
 */
export class Pace {
  /** When the last `limit` requests left, as a ring. */
  private readonly left: Float64Array;
  private oldest = 0;
  private count = 0;
  /** Token bucket at LINE's own rate; keeps what the window would allow at once apart. */
  private tokens = 1;
  private filledAt: number;
  private slowUntil = -Infinity;
  private readonly waiting: (() => void)[] = [];
  private waking = false;

  /** @param limit requests LINE allows per second */
  constructor(
    private readonly limit: number,
    private readonly ticks: Ticks = realTicks,
  ) {
    this.left = new Float64Array(limit);
    this.filledAt = ticks.now();
  }

  /** Resolves when the next request may leave; it is taken to leave at once. First come, first served. */
  turn(): Promise<void> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      if (!this.waking) this.release();
    });
  }

  /** LINE answered 429 for rate: somebody else uses the channel too. */
  slowDown(): void {
    this.slowUntil = this.ticks.now() + SLOW_FOR_MS;
  }

  private release(): void {
    this.waking = false;
    let wait = 0;
    while (this.waiting.length > 0 && (wait = this.take(this.ticks.now())) === 0) this.waiting.shift()!();
    if (this.waiting.length === 0) return;
    this.waking = true;
    this.ticks.after(Math.ceil(wait), () => this.release());
  }

  /** 0 and a request counted, or how long to wait. */
  private take(now: number): number {
    const factor = now < this.slowUntil ? SLOW_FACTOR : 1;
    const perMs = this.limit / PERIOD_MS / factor;
    this.tokens = Math.min(Math.max(1, this.limit * BURST), this.tokens + (now - this.filledAt) * perMs);
    this.filledAt = now;
    const inWindow = this.count < this.limit ? 0 : this.left[this.oldest]! + WINDOW_MS * factor - now;
    const wait = Math.max(inWindow, (1 - this.tokens) / perMs);
    if (wait > 0) return wait;
    this.tokens -= 1;
    this.left[this.oldest] = now;
    this.oldest = (this.oldest + 1) % this.limit;
    this.count = Math.min(this.count + 1, this.limit);
    return 0;
  }
}
