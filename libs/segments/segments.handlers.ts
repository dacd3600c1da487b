import { Injectable } from '@nestjs/common';
import { eventsAccepted } from '#events';
import { HandlesFact, HandlesJob, HandlesSchedule, type PayloadOf } from '#jobs';
import { membersChanged } from '#members';
import { Scopes } from '#workspaces';
import { Clearing } from './live/clearing.service.js';
import { Judging } from './live/judging.service.js';
import { Looking } from './live/looking.service.js';
import { Marking } from './live/marking.service.js';
import { Recomputing } from './live/recomputing.service.js';
import { clearSegment, judgeMarked, lookAtClock, recomputeSegment } from './segments.jobs.js';

@Injectable()
export class SegmentsHandlers {
  constructor(
    private readonly scopes: Scopes,
    private readonly marking: Marking,
    private readonly judging: Judging,
    private readonly recomputing: Recomputing,
    private readonly clearing: Clearing,
    private readonly looking: Looking,
  ) {}

  @HandlesFact(eventsAccepted, { name: 'segments.mark_active', lane: 'webhooks' })
  async eventsAccepted({ workspaceId, memberIds }: PayloadOf<typeof eventsAccepted>): Promise<void> {
    await this.marking.mark(await this.scopes.system(workspaceId), memberIds);
  }

  @HandlesFact(membersChanged, { name: 'segments.mark_changed', lane: 'webhooks' })
  async membersChanged({ workspaceId, memberIds }: PayloadOf<typeof membersChanged>): Promise<void> {
    await this.marking.mark(await this.scopes.system(workspaceId), memberIds);
  }

  @HandlesJob(judgeMarked)
  async judgeMarked({ workspaceId }: PayloadOf<typeof judgeMarked>): Promise<void> {
    await this.judging.judgeMarked(await this.scopes.system(workspaceId));
  }

  @HandlesJob(recomputeSegment)
  async recompute({ workspaceId, segmentId }: PayloadOf<typeof recomputeSegment>): Promise<void> {
    await this.recomputing.recompute(await this.scopes.system(workspaceId), segmentId);
  }

  @HandlesJob(clearSegment)
  async clear({ workspaceId, segmentId }: PayloadOf<typeof clearSegment>): Promise<void> {
    await this.clearing.clear(await this.scopes.system(workspaceId), segmentId);
  }

  @HandlesSchedule(lookAtClock)
  async lookAtClock(): Promise<void> {
    await this.looking.look();
  }
}
