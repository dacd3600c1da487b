/** Lets a few work at once and a bounded number wait, first come first served. */
export class Turns {
  private working = 0;
  private readonly waiting: (() => void)[] = [];

  /** @param refusal what to throw where even the queue is full */
  constructor(
    private readonly atOnce: number,
    private readonly mostWaiting: number,
    private readonly refusal: () => Error,
  ) {}

  async take<T>(work: () => Promise<T>): Promise<T> {
    if (this.working < this.atOnce) this.working += 1;
    else await this.inLine();
    try {
      return await work();
    } finally {
      // The place is handed over, not given back: whoever comes at this moment cannot slip in between.
      const next = this.waiting.shift();
      if (next) next();
      else this.working -= 1;
    }
  }

  private inLine(): Promise<void> {
    if (this.waiting.length >= this.mostWaiting) throw this.refusal();
    return new Promise((turn) => this.waiting.push(turn));
  }
}
