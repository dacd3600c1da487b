/** What a pump moves: things leased in batches, each delivered once. */
export interface PumpOptions<Item> {
  /** Items that are delivered at the same time. */
  atOnce: number;
  /** Leases the next few. `later`: there are none now, but more are on their way. */
  lease(): Promise<{ items: Item[]; later: boolean }>;
  deliver(item: Item): Promise<void>;
  /** Gives back what was leased and not begun. */
  giveBack(item: Item): Promise<void>;
  /** Whether to lease no more. */
  over(): boolean;
  /** Waits before asking again where more are on their way. */
  pause(): Promise<void>;
}

/**
 * Leases and delivers, several at a time, until nothing is left or the turn is over. The next batch is leased while the
 * last is delivered. If anything fails, everything that has begun is ended before the failure is passed on.
 */
export class Pump<Item> {
  private readonly ready: Item[] = [];
  private leasing?: Promise<void>;
  private empty = false;
  private failure?: { error: unknown };

  constructor(private readonly options: PumpOptions<Item>) {}

  async run(): Promise<void> {
    await Promise.all(Array.from({ length: this.options.atOnce }, () => this.flow()));
    for (const item of this.failure ? [] : this.ready) await this.options.giveBack(item);
    if (this.failure) throw this.failure.error;
  }

  /** One of the flows that deliver side by side. Never rejects: the others must end first. */
  private async flow(): Promise<void> {
    try {
      for (let item = await this.next(); item !== undefined; item = await this.next()) await this.options.deliver(item);
    } catch (error) {
      this.failure ??= { error };
    }
  }

  private async next(): Promise<Item | undefined> {
    while (!this.stopped()) {
      if (!this.empty && this.ready.length < this.options.atOnce / 2) this.leasing ??= this.refill();
      const item = this.ready.shift();
      if (item !== undefined) return item;
      if (!this.leasing) return undefined;
      await this.leasing;
    }
    return undefined;
  }

  private stopped(): boolean {
    return this.failure !== undefined || this.options.over();
  }

  private async refill(): Promise<void> {
    try {
      const { items, later } = await this.options.lease();
      this.ready.push(...items);
      if (items.length === 0 && later && !this.stopped()) await this.options.pause();
      this.empty = items.length === 0 && !later;
    } catch (error) {
      this.failure ??= { error };
    } finally {
      this.leasing = undefined;
    }
  }
}
