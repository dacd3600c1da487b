import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { ChannelsModule } from '#channels';
import { MembersModule } from '#members';
import { WorkspacesModule } from '#workspaces';
import { AnswersRepository } from './answers/answers.repository.js';
import { Questions } from './answers/questions.service.js';
import { Definitions } from './definitions.service.js';
import { Clearing } from './live/clearing.service.js';
import { ClocksRepository } from './live/clocks.repository.js';
import { JudgingRepository } from './live/judging.repository.js';
import { Judging } from './live/judging.service.js';
import {
  LiveSegmentClockRow,
  LiveSegmentMarkRow,
  LiveSegmentMemberRow,
  LiveSegmentRow,
} from './live/live-segment.entity.js';
import { LiveSegmentsRepository } from './live/live-segments.repository.js';
import { LiveSegments } from './live/live-segments.service.js';
import { Looking } from './live/looking.service.js';
import { Marking } from './live/marking.service.js';
import { MarksRepository } from './live/marks.repository.js';
import { MembershipChanges } from './live/membership-changes.service.js';
import { RecomputingRepository } from './live/recomputing.repository.js';
import { Recomputing } from './live/recomputing.service.js';
import { Turns } from './live/turns.service.js';
import { PastMembershipsRepository } from './past/past-memberships.repository.js';
import { PastMemberships } from './past/past-memberships.service.js';
import { Rules } from './rules/rules.service.js';
import { SegmentRow } from './segment.entity.js';
import { SegmentsController } from './segments.controller.js';
import { SegmentsHandlers } from './segments.handlers.js';
import { SegmentsRepository } from './segments.repository.js';
import { Segments } from './segments.service.js';

const rows = [SegmentRow, LiveSegmentRow, LiveSegmentMemberRow, LiveSegmentMarkRow, LiveSegmentClockRow];

/** What rules mean, and which segments are watched. */
@Module({
  imports: [TypeOrmModule.forFeature(rows), AuditModule, ChannelsModule, MembersModule, WorkspacesModule],
  providers: [
    ...[Segments, Definitions, Rules, Questions, SegmentsRepository, AnswersRepository],
    ...[LiveSegments, LiveSegmentsRepository, ClocksRepository, PastMemberships, PastMembershipsRepository],
  ],
  exports: [Segments, PastMemberships, Definitions, Questions, LiveSegments, LiveSegmentsRepository, ClocksRepository],
})
export class SegmentsModule {}

@Module({ imports: [SegmentsModule], controllers: [SegmentsController] })
export class SegmentsHttpModule {}

/** Keeps live segments up to date. */
@Module({
  imports: [SegmentsModule, WorkspacesModule],
  providers: [
    ...[SegmentsHandlers, Marking, MarksRepository, Turns, MembershipChanges],
    ...[Judging, JudgingRepository, Recomputing, RecomputingRepository, Clearing, Looking],
  ],
})
export class SegmentsJobsModule {}
