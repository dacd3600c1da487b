import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** What messages are for; a send's class. */
export const PURPOSES = ['transactional', 'triggered', 'promotional'] as const;
export type Purpose = (typeof PURPOSES)[number];

/** A time in which a member did not want to be sent something. */
@Entity('member_opt_outs')
@Index('member_opt_outs_lasting', { synchronize: false })
export class OptOutRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint', { name: 'member_id' })
  memberId: string;

  @PrimaryColumn({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('text')
  purpose: Purpose;

  @Column('timestamptz')
  since: Date;

  /** When we were told; null of what was told before that was kept. */
  @Column('timestamptz', { name: 'recorded_at', nullable: true })
  recordedAt: Date | null;

  @Column('text')
  source: string;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;

  @Column('text', { name: 'end_source', nullable: true })
  endSource: string | null;
}
