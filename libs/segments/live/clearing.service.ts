import { Injectable } from '@nestjs/common';
import { Jobs } from '#jobs';
import type { Scope } from '#kernel';
import { clearSegment } from '../segments.jobs.js';
import { LiveSegmentsRepository } from './live-segments.repository.js';
import { MarksRepository } from './marks.repository.js';
import { RecomputingRepository } from './recomputing.repository.js';
import { Turns } from './turns.service.js';

/** Members deleted in one transaction. */
const MOST_AT_ONCE = 20_000;

/** Forgets who belonged to a segment that nobody watches any more. */
@Injectable()
export class Clearing {
  constructor(
    private readonly turns: Turns,
    private readonly live: LiveSegmentsRepository,
    private readonly marks: MarksRepository,
    private readonly recomputing: RecomputingRepository,
    private readonly jobs: Jobs,
  ) {}

  /** A part of it; the rest is another job's. Nothing happens where it is live again. */
  clear(scope: Scope, segmentId: string): Promise<void> {
    return this.turns.take(scope, async () => {
      const live = await this.live.ids(scope);
      if (live.includes(segmentId)) return;
      if (live.length === 0) await this.marks.clear(scope);
      if (await this.recomputing.deleteSome(scope, segmentId, MOST_AT_ONCE))
        await this.jobs.enqueue(scope, clearSegment, { workspaceId: scope.workspaceId, segmentId });
    });
  }
}
