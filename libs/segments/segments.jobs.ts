import { ArrayMaxSize, ArrayNotEmpty, IsArray, IsIn, IsUUID, Matches } from 'class-validator';
import { defineFact, defineJob, defineSchedule } from '#jobs';
import { IsInstant } from '#kernel';

/** Members in one fact. */
export const MOST_MEMBERS_IN_A_FACT = 1_000;

export class MembersChangedRef {
  @IsUUID() workspaceId: string;
  @IsUUID() segmentId: string;
  @IsIn(['entered', 'left']) change: 'entered' | 'left';
  /** members.id */
  @IsArray()
  @ArrayNotEmpty()
  @ArrayMaxSize(MOST_MEMBERS_IN_A_FACT)
  @Matches(/^[1-9]\d{0,18}$/, { each: true })
  memberIds: string[];
  /** The moment as of which it is so, RFC 3339. */
  @IsInstant() at: string;
}

/** Members have come to belong to a live segment, or do so no longer. What was so when it went live is not told. */
export const membersChanged = defineFact({ name: 'segments.members_changed', payload: MembersChangedRef });

export class LiveSegmentRef {
  @IsUUID() workspaceId: string;
  @IsUUID() segmentId: string;
}

export class LiveSegmentsRef {
  @IsUUID() workspaceId: string;
}

/** Finds out of everybody whether they belong to a live segment. One at a time, so that single changes come between. */
export const recomputeSegment = defineJob({
  name: 'segments.recompute',
  lane: 'bulk',
  payload: LiveSegmentRef,
  oneAtATime: ({ workspaceId }) => workspaceId,
});

/** Deletes the members of a segment that is live no longer, part by part. */
export const clearSegment = defineJob({ name: 'segments.clear', lane: 'bulk', payload: LiveSegmentRef });

/** Judges the members that are marked to be looked at. */
export const judgeMarked = defineJob({
  name: 'segments.judge_marked',
  lane: 'journeys',
  payload: LiveSegmentsRef,
  runs: 'outside',
  oneAtATime: ({ workspaceId }) => workspaceId,
});

/** Moments have come at which something becomes true by itself. */
export const lookAtClock = defineSchedule({ name: 'segments.look_at_clock', lane: 'journeys', every: 1_000 });
