import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What needs to know at once who enters and leaves a segment. */
export interface SegmentWatcher {
  kind: 'journey' | 'rich-menu';
  id: string;
}

/** A segment whose members are kept up to date. */
@Entity('live_segments')
export class LiveSegmentRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'segment_id' })
  segmentId: string;

  @Column('jsonb')
  watchers: SegmentWatcher[];

  @Column('text')
  state: 'building' | 'live';

  @Column('timestamptz', { name: 'as_of', nullable: true })
  asOf: Date | null;

  @Column('timestamptz', { name: 'recompute_at', nullable: true })
  recomputeAt: Date | null;

  @Column('text', { name: 'time_zone', nullable: true })
  timeZone: string | null;
}

/** A member belongs to a live segment. Written and read by SQL only. */
@Entity('live_segment_members')
@Index('live_segment_members_by_segment', { synchronize: false })
export class LiveSegmentMemberRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint', { name: 'member_id' })
  memberId: string;

  @PrimaryColumn('uuid', { name: 'segment_id' })
  segmentId: string;
}

/** A member is to be judged. Written and read by SQL only. */
@Entity('live_segment_marks')
@Index('live_segment_marks_due', { synchronize: false })
export class LiveSegmentMarkRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint', { name: 'member_id' })
  memberId: string;

  @PrimaryColumn('timestamptz', { name: 'due_at' })
  dueAt: Date;
}

/** How far a workspace's live segments are. */
@Entity('live_segment_clocks')
export class LiveSegmentClockRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @Column('boolean', { name: 'judging_asked' })
  judgingAsked: boolean;

  @Column('timestamptz', { name: 'as_of' })
  asOf: Date;
}
