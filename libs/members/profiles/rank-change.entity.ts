import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A member got another rank, or none. Written and read by SQL only. */
@Entity('member_rank_changes')
export class RankChangeRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint', { name: 'member_id' })
  memberId: string;

  @PrimaryColumn({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('timestamptz', { name: 'changed_at' })
  changedAt: Date;

  @Column({ type: 'text', collation: 'C', nullable: true })
  rank: string | null;
}
