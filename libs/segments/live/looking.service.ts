import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '#config';
import { Jobs } from '#jobs';
import type { Clock, WorkspaceRef } from '#kernel';
import { judgeMarked, recomputeSegment } from '../segments.jobs.js';
import { Marking } from './marking.service.js';
import { MarksRepository } from './marks.repository.js';

/** A job that was asked for has begun by then, or has been given up. */
const STUCK_MS = 5_000;

/** Sees to what nobody announces: moments that come, and days that begin. */
@Injectable()
export class Looking {
  constructor(
    private readonly marks: MarksRepository,
    private readonly marking: Marking,
    private readonly jobs: Jobs,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  async look(): Promise<void> {
    const now = this.clock.now();
    for (const { workspaceId, dueAt } of await this.marks.due(null, now))
      await this.judge({ workspaceId }, now.getTime() - dueAt.getTime() > STUCK_MS);
    for (const segment of await this.marks.toRecompute(null, now)) {
      if (await this.marks.isOnItsWay(segment, recomputeSegment.name)) continue;
      await this.jobs.enqueue({ workspaceId: segment.workspaceId }, recomputeSegment, segment);
    }
  }

  private async judge(scope: WorkspaceRef, stuck: boolean): Promise<void> {
    if (!stuck) await this.marking.ask(scope);
    else if (!(await this.marks.isOnItsWay(scope, judgeMarked.name)))
      await this.jobs.enqueue(scope, judgeMarked, { workspaceId: scope.workspaceId });
  }
}
