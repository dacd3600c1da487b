import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A member's visits in order of time. Written and read by SQL only. */
@Entity('visit_histories')
export class VisitHistoryRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint', { name: 'member_id' })
  memberId: string;

  @Column('timestamptz', { name: 'visited_at', array: true })
  visitedAt: Date[];
}
