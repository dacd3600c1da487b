import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { Jobs } from '#jobs';
import type { Scope } from '#kernel';
import { Definitions } from '../definitions.service.js';
import { SegmentsRepository } from '../segments.repository.js';
import { clearSegment, recomputeSegment } from '../segments.jobs.js';
import { ClocksRepository } from './clocks.repository.js';
import type { SegmentWatcher } from './live-segment.entity.js';
import { LiveSegmentsRepository } from './live-segments.repository.js';

/** Segments whose members are kept up to date, because something waits for who enters and leaves. */
@Injectable()
export class LiveSegments {
  constructor(
    private readonly db: Database,
    private readonly definitions: Definitions,
    private readonly segments: SegmentsRepository,
    private readonly live: LiveSegmentsRepository,
    private readonly clocks: ClocksRepository,
    private readonly jobs: Jobs,
  ) {
    definitions.registerReferrer(async (scope, id) =>
      (await live.watchers(scope, id)).map((watcher) => ({ ...watcher, name: watcher.kind })),
    );
    definitions.registerChange((scope, id) => this.redefined(scope, id));
  }

  /**
   * Lets a segment be live for as long as this watches it; twice is once. Facts come for what changes after it has been
   * built. In the ambient transaction. @throws AppError 404
   */
  async watch(scope: Scope, segmentId: string, by: SegmentWatcher): Promise<void> {
    await this.db.transaction(scope, async () => {
      const { id } = await this.definitions.hold(scope, segmentId);
      await this.clocks.add(scope);
      if (await this.live.addWatcher(scope, id, by)) await this.recompute(scope, id);
    });
  }

  /** In the ambient transaction; nothing happens where it did not watch. */
  async unwatch(scope: Scope, segmentId: string, by: SegmentWatcher): Promise<void> {
    await this.db.transaction(scope, async () => {
      if (!(await this.live.removeWatcher(scope, segmentId, by))) return;
      await this.jobs.enqueue(scope, clearSegment, { workspaceId: scope.workspaceId, segmentId });
    });
  }

  /** A rule means something else now, and so do those that ask for it. */
  private async redefined(scope: Scope, segmentId: string): Promise<void> {
    for (const id of await this.live.ids(scope)) {
      if ((await this.segments.reachable(scope, [id])).has(segmentId)) await this.recompute(scope, id);
    }
  }

  private async recompute(scope: Scope, segmentId: string): Promise<void> {
    await this.jobs.enqueue(scope, recomputeSegment, { workspaceId: scope.workspaceId, segmentId });
  }
}
