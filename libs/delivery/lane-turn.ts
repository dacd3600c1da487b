/** After this a turn ends if somebody else waits for the lane, and in any case after the longest. */
const SLICE_MS = 1_000;
const LONGEST_MS = 10_000;

/** How long one job of the lane goes on while others wait for its place, be it sending or planning. */
export class LaneTurn {
  private readonly began: number;

  /**
   * @param othersWait whether other work waits for the lane
   * @param now milliseconds of a clock that only goes forward
   */
  constructor(
    private readonly othersWait: () => Promise<boolean>,
    private readonly now: () => number = () => performance.now(),
  ) {
    this.began = now();
  }

  async isOver(): Promise<boolean> {
    const elapsed = this.now() - this.began;
    return elapsed >= LONGEST_MS || (elapsed >= SLICE_MS && (await this.othersWait()));
  }
}
