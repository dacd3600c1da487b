import type { Logger } from '@nestjs/common';
import { describeError } from '../running/describe-error.js';
import type { JobRunner } from '../running/job-runner.js';
import type { SharedRuns } from '../running/shared-runs.js';
import { Slots } from './slots.js';
import type { WakeUp } from './wake-up.js';

/** What runs for the wake-ups of one lane, whether they came through the queue or from this process itself. */
export class LaneRuns {
  /** What has begun and has not ended. */
  readonly inHand = new Set<Promise<unknown>>();
  private readonly slots: Slots;
  private leaving = false;

  constructor(
    concurrency: number,
    private readonly runner: JobRunner,
    private readonly shared: SharedRuns,
    private readonly log: Logger,
  ) {
    this.slots = new Slots(concurrency);
  }

  /** Answers a wake-up as soon as there is room. */
  async answer(wakeUp: WakeUp): Promise<void> {
    await this.slots.take();
    await this.run(wakeUp);
  }

  /** @returns whether there is room, and so somebody at it now */
  answerNow(wakeUp: WakeUp): boolean {
    if (this.leaving || !this.slots.tryTake()) return false;
    // Not a handler's failure, which its row keeps: the outbox itself could not be read or written.
    this.run(wakeUp).catch((error: unknown) => this.log.warn(`Nothing could be run. ${describeError(error)}`));
    return true;
  }

  /** Nothing more begins by itself. */
  leave(): void {
    this.leaving = true;
  }

  /** In a slot that has been taken. */
  private async run({ ids, together }: WakeUp): Promise<void> {
    const run = together === undefined ? this.runAlone(ids) : this.shared.run(together, ids);
    this.inHand.add(run);
    try {
      await run;
    } finally {
      this.inHand.delete(run);
      this.slots.release();
    }
  }

  private async runAlone(ids: readonly string[]): Promise<void> {
    for (const id of ids) await this.runner.run(id);
  }
}
