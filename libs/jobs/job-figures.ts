import { Inject, Injectable, Optional } from '@nestjs/common';
import { CLOCK } from '#config';
import type { Clock } from '#kernel';
import { LANE_NAMES } from './lanes.js';
import { OutboxRepository, type LaneFigures } from './outbox/outbox.repository.js';
import { Sweeper } from './queue/sweeper.js';
import { JobRunner, type Ran } from './running/job-runner.js';

export interface Figures {
  /** Every lane, also those with nothing to do. `oldestDueMs` is how long the oldest row has been due. */
  lanes: (Omit<LaneFigures, 'oldestDueAt'> & { oldestDueMs: number })[];
  /** Runs of this process by how they ended. */
  runs: Record<Ran['outcome'], number>;
}

/** How the work is getting on, for operators. */
@Injectable()
export class JobFigures {
  constructor(
    private readonly outbox: OutboxRepository,
    private readonly runner: JobRunner,
    @Inject(CLOCK) private readonly clock: Clock,
    @Optional() private readonly sweeper?: Sweeper,
  ) {}

  async read(): Promise<Figures> {
    const now = this.clock.now();
    const found = new Map((await this.outbox.figures(null, now)).map((figures) => [figures.lane, figures]));
    const lanes = LANE_NAMES.map((lane) => {
      const { due = 0, later = 0, parked = 0, oldestDueAt = null } = found.get(lane) ?? {};
      return { lane, due, later, parked, oldestDueMs: oldestDueAt ? now.getTime() - oldestDueAt.getTime() : 0 };
    });
    return { lanes, runs: { ...this.runner.totals } };
  }

  /** When this worker last looked for due rows; undefined before the first time, and in a process that only enqueues. */
  get sweptAt(): Date | undefined {
    return this.sweeper?.sweptAt;
  }
}
