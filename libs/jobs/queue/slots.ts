/** Places of a lane. Who waits gets the next free one, in the order of coming. */
export class Slots {
  private readonly waiting: (() => void)[] = [];

  constructor(private free: number) {}

  /** @returns whether there was a free one, which is taken now */
  tryTake(): boolean {
    if (this.free === 0) return false;
    this.free -= 1;
    return true;
  }

  async take(): Promise<void> {
    if (!this.tryTake()) await new Promise<void>((taken) => this.waiting.push(taken));
  }

  release(): void {
    const next = this.waiting.shift();
    if (next) next();
    else this.free += 1;
  }
}
