/** What a pump moves: things leased in batches, each delivered once. */
export interface PumpOptions<Item> {
  /** Weight of the items that may be delivered at the same time now; a heavier one goes alone. */
  atOnce(): number;
  weightOf(item: Item): number;
  /** Leases the next few. `later`: there may be none now, but more are on their way. */
  lease(): Promise<{ items: Item[]; later: boolean }>;
  /** To be done with what was leased, also once the turn is over. */
  deliver(item: Item): Promise<void>;
  /** Whether to lease no more. */
  over(): boolean;
  /** Waits before asking again where more may come. */
  pause(): Promise<void>;
}

/**
 * Leases and delivers, several at a time, until nothing is left or the turn is over. The next batch is leased while the
 * last is delivered, so that one slow delivery keeps nothing else waiting. If anything fails, everything that has begun is
 * ended before the failure is passed on.
 */
export class Pump<Item> {
  private readonly ready: Item[] = [];
  private delivering = 0;
  /** Weight of what is delivered now. */
  private weight = 0;
  private leasing = false;
  /** There was nothing: until a pause has passed, or what is under way has ended, nobody asks again. */
  private resting = false;
  private empty = false;
  private failure?: { error: unknown };
  private tell: () => void = () => undefined;

  constructor(private readonly options: PumpOptions<Item>) {}

  async run(): Promise<void> {
    for (;;) {
      const changed = new Promise<void>((resolve) => (this.tell = resolve));
      this.begin();
      if (this.isDone()) break;
      await changed;
    }
    if (this.failure) throw this.failure.error;
  }

  private begin(): void {
    while (this.ready[0] !== undefined && !this.failure && this.fits(this.ready[0]))
      void this.deliver(this.ready.shift()!);
    const lack = this.ready.reduce((sum, item) => sum + this.options.weightOf(item), 0) < this.options.atOnce() / 2;
    const mayLease = !this.leasing && !this.resting && !this.empty && !this.failure && !this.options.over();
    if (lack && mayLease) void this.refill();
  }

  private isDone(): boolean {
    const more = this.failure === undefined && (this.ready.length > 0 || (!this.empty && !this.options.over()));
    return this.delivering === 0 && !this.leasing && !more;
  }

  private fits(item: Item): boolean {
    return this.delivering === 0 || this.weight + this.options.weightOf(item) <= this.options.atOnce();
  }

  private async deliver(item: Item): Promise<void> {
    const weight = this.options.weightOf(item);
    this.delivering += 1;
    this.weight += weight;
    await this.attempt(() => this.options.deliver(item));
    this.delivering -= 1;
    this.weight -= weight;
    if (this.delivering === 0) this.resting = false;
    this.tell();
  }

  private async refill(): Promise<void> {
    this.leasing = true;
    await this.attempt(async () => {
      const { items, later } = await this.options.lease();
      this.ready.push(...items);
      if (items.length > 0) return;
      if (later || this.delivering > 0) void this.rest();
      else this.empty = true;
    });
    this.leasing = false;
    this.tell();
  }

  private async rest(): Promise<void> {
    this.resting = true;
    await this.attempt(() => this.options.pause());
    this.resting = false;
    this.tell();
  }

  /** Never rejects: what has begun must end before a failure is passed on. */
  private async attempt(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      this.failure ??= { error };
    }
  }
}

/**
 * Runs pumps beside one another: who has nothing looks again for as long as another has something, so that what comes by
 * one way need not wait for the end of the other. All end before a failure is passed on.
 */
export async function pumpBeside<Item>(ways: readonly PumpOptions<Item>[]): Promise<void> {
  /** Ways by which more will come. */
  const promising = new Set<PumpOptions<Item>>();
  /** Leased and not delivered, by all ways. */
  let underWay = 0;
  /** Ends the pauses of those who only wait for others. */
  let quiet = Promise.withResolvers<null>();
  let failed = false;
  const delivered = () => {
    underWay -= 1;
    if (underWay > 0) return;
    quiet.resolve(null);
    quiet = Promise.withResolvers();
  };
  const pumps = ways.map(async (way) => {
    const lease = async () => {
      const { items, later } = await way.lease();
      underWay += items.length;
      if (later) promising.add(way);
      else promising.delete(way);
      return { items, later: !failed && (promising.size > 0 || underWay > 0) };
    };
    const deliver = (item: Item) => way.deliver(item).finally(() => delivered());
    const pause = async () => {
      await Promise.race([way.pause(), quiet.promise]);
    };
    try {
      await new Pump({ ...way, lease, deliver, pause }).run();
    } catch (error) {
      failed = true;
      throw error;
    } finally {
      promising.delete(way);
    }
  });
  const ended = await Promise.allSettled(pumps);
  const failure = ended.find((one) => one.status === 'rejected');
  if (failure) throw failure.reason;
}
