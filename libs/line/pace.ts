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
/** `limit` requests in so long are 95 % of the rate. */
const WINDOW_MS = PERIOD_MS / 0.95;
/**
 * LINE counts a request when it arrives, which is some time between its leaving and its answer. Up to this long after
 * leaving, the answer is taken for that time, so that no delay on the way makes two seconds of ours one of LINE's.
 */
const LATEST_ARRIVAL_MS = 100;
/** Share of the limit that may leave at once after a pause: what a stall of 200 ms has held back. */
const BURST = 0.2;
/** After LINE said "too fast": half as fast, for so long. */
const SLOW_FACTOR = 2;
const SLOW_FOR_MS = 5_000;

/**
 * The pace of one endpoint of one channel: 95 % of LINE's rate in the long run, spread evenly, and in no second, wherever
 * it begins, more than the rate, however this process stalls and catches up.
 */
export class Pace {
  /** When the last `limit` requests left, and when their answers came, as rings. */
  private readonly left: Float64Array;
  private readonly answered: Float64Array;
  private oldest = 0;
  private count = 0;
  /** Token bucket at LINE's own rate; keeps apart what the window would allow at once. */
  private tokens = 1;
  private filledAt: number;
  private slowUntil = -Infinity;
  private readonly waiting: ((slot: number) => void)[] = [];
  private waking = false;

  /** @param limit requests LINE allows per second */
  constructor(
    private readonly limit: number,
    private readonly ticks: Ticks = realTicks,
  ) {
    this.left = new Float64Array(limit);
    this.answered = new Float64Array(limit);
    this.filledAt = ticks.now();
  }

  /** Makes a request when its turn has come. First come, first served. */
  async run<T>(request: () => Promise<T>): Promise<T> {
    const slot = await this.turn();
    const leftAt = this.left[slot];
    try {
      return await request();
    } finally {
      if (this.left[slot] === leftAt) this.answered[slot] = this.ticks.now();
    }
  }

  /** LINE answered 429 for rate: somebody else uses the channel too. */
  slowDown(): void {
    this.slowUntil = this.ticks.now() + SLOW_FOR_MS;
  }

  private turn(): Promise<number> {
    return new Promise((resolve) => {
      this.waiting.push(resolve);
      if (!this.waking) this.release();
    });
  }

  private release(): void {
    this.waking = false;
    while (this.waiting.length > 0) {
      const wait = this.untilNext(this.ticks.now());
      if (wait > 0) {
        this.waking = true;
        this.ticks.after(Math.ceil(wait), () => this.release());
        return;
      }
      this.waiting.shift()!(this.take(this.ticks.now()));
    }
  }

  /** Milliseconds until the next request may leave. */
  private untilNext(now: number): number {
    const factor = now < this.slowUntil ? SLOW_FACTOR : 1;
    const perMs = this.limit / PERIOD_MS / factor;
    this.tokens = Math.min(Math.max(1, this.limit * BURST), this.tokens + (now - this.filledAt) * perMs);
    this.filledAt = now;
    return Math.max(this.oldestIsOver(factor) - now, (1 - this.tokens) / perMs);
  }

  /** When the oldest of the last `limit` requests is out of LINE's second for sure. */
  private oldestIsOver(factor: number): number {
    if (this.count < this.limit) return -Infinity;
    const left = this.left[this.oldest]!;
    const arrived = Math.min(this.answered[this.oldest]!, left + LATEST_ARRIVAL_MS);
    return Math.max(left + WINDOW_MS * factor, arrived + PERIOD_MS);
  }

  private take(now: number): number {
    const slot = this.oldest;
    this.tokens -= 1;
    this.left[slot] = now;
    this.answered[slot] = Infinity;
    this.oldest = (slot + 1) % this.limit;
    this.count = Math.min(this.count + 1, this.limit);
    return slot;
  }
}
