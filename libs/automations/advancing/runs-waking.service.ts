import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '#config';
import { Jobs } from '#jobs';
import type { Clock, WorkspaceRef } from '#kernel';
import { advanceRuns } from '../automations.jobs.js';
import { RunsWakingRepository } from './waking.repository.js';

/** Jobs that take on the runs of one workspace at the same time: more would wait for each other's members. */
const AT_ONCE = 2;

/** Sees to it that a workspace whose runs are due has somebody at them, whatever died. */
@Injectable()
export class RunsWaking {
  constructor(
    private readonly repository: RunsWakingRepository,
    private readonly jobs: Jobs,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Once what the caller is doing has committed. */
  async wake({ workspaceId }: WorkspaceRef): Promise<void> {
    await this.jobs.enqueue({ workspaceId }, advanceRuns, { workspaceId });
  }

  /** Gets one more at it where there is plenty to do. */
  async help(scope: WorkspaceRef): Promise<void> {
    const { all } = await this.repository.jobs(scope, advanceRuns.name);
    if (all < AT_ONCE) await this.wake(scope);
  }

  /** Wakes every workspace that has runs due, unless enough are at it or about to be. */
  async sweep(): Promise<void> {
    for (const workspace of await this.repository.due(null, this.clock.now())) {
      const { waiting, all } = await this.repository.jobs(workspace, advanceRuns.name);
      if (waiting === 0 && all < AT_ONCE) await this.wake(workspace);
    }
  }
}
