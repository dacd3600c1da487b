/** A turn ends after this in any case. */
const LONGEST_MS = 10_000;

/** What a turn is asked with. */
export interface LaneTurnOptions {
  /** Whether other work waits for the lane. */
  othersWait: () => Promise<boolean>;
  /** Milliseconds that a turn may last while others wait. */
  whileOthersWait: number;
}

/** How long one job of the lane goes on while others wait for its place, be it sending or planning. */
export class LaneTurn {
  private readonly began: number;

  /** @param now milliseconds of a clock that only goes forward */
  constructor(
    private readonly options: LaneTurnOptions,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.began = now();
  }

  async isOver(): Promise<boolean> {
    const elapsed = this.now() - this.began;
    const { whileOthersWait, othersWait } = this.options;
    return elapsed >= LONGEST_MS || (elapsed >= whileOthersWait && (await othersWait()));
  }
}
