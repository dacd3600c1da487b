/** More buckets than this are looked through for full ones, which say nothing. */
const MANY = 10_000;

interface Bucket {
  tokens: number;
  /** Milliseconds of the clock at which `tokens` was right. */
  at: number;
}

/** One bucket a key: it holds a minute's worth and fills evenly. */
export class TokenBuckets {
  private readonly buckets = new Map<string, Bucket>();

  /** @param perMinute 0 for no limit */
  constructor(private readonly perMinute: number) {}

  /**
   * Takes one token.
   * @param now milliseconds
   * @returns 0, or the milliseconds until there will be one
   */
  take(key: string, now: number): number {
    if (this.perMinute === 0) return 0;
    const bucket = this.buckets.get(key) ?? this.open(key, now);
    // A clock that was turned back gives nothing and takes nothing.
    bucket.tokens = Math.min(this.perMinute, bucket.tokens + Math.max(0, now - bucket.at) * this.perMillisecond);
    bucket.at = now;
    if (bucket.tokens < 1) return Math.ceil((1 - bucket.tokens) / this.perMillisecond);
    bucket.tokens -= 1;
    return 0;
  }

  private get perMillisecond(): number {
    return this.perMinute / 60_000;
  }

  private open(key: string, now: number): Bucket {
    if (this.buckets.size >= MANY) this.forgetFull(now);
    const bucket = { tokens: this.perMinute, at: now };
    this.buckets.set(key, bucket);
    return bucket;
  }

  private forgetFull(now: number): void {
    for (const [key, { tokens, at }] of this.buckets) {
      if (tokens + (now - at) * this.perMillisecond >= this.perMinute) this.buckets.delete(key);
    }
  }
}
