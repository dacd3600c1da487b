import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** `failed`: parked with its error until a person decides. */
export const RUN_STATES = ['waiting', 'done', 'stopped', 'cancelled', 'timed_out', 'failed'] as const;
export type StoredRunState = (typeof RUN_STATES)[number];

/** Where one member is in one journey. Written and read by SQL only. */
@Entity('journey_runs')
@Index('journey_runs_by_start', { synchronize: false })
@Index('journey_runs_due', { synchronize: false })
@Index('journey_runs_by_journey', { synchronize: false })
@Index('journey_runs_inside', { synchronize: false })
@Index('journey_runs_ended', { synchronize: false })
export class JourneyRunRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint', { name: 'member_id' })
  memberId: string;

  @PrimaryColumn({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('uuid', { name: 'journey_id' })
  journeyId: string;

  @Column('integer')
  version: number;

  @Column({ type: 'text', name: 'start_seq', collation: 'C' })
  startSeq: string;

  @Column('text', { name: 'start_type' })
  startType: string;

  @Column('timestamptz', { name: 'start_at' })
  startAt: Date;

  @Column('jsonb', { name: 'start_body' })
  startBody: object;

  @Column({ type: 'text', name: 'entry_key', collation: 'C', nullable: true })
  entryKey: string | null;

  @Column('text')
  state: StoredRunState;

  @Column('text', { nullable: true })
  step: string | null;

  @Column('timestamptz')
  at: Date;

  @Column('timestamptz', { name: 'wait_until', nullable: true })
  waitUntil: Date | null;

  @Column('boolean')
  sent: boolean;

  @Column('integer')
  made: number;

  @Column('timestamptz', { name: 'due_at', nullable: true })
  dueAt: Date | null;

  @Column('bigint', { name: 'look_from' })
  lookFrom: string;

  /** How many are written; 0 once they are given up. */
  @Column('integer')
  decisions: number;

  @Column('smallint', { default: 0 })
  attempts: number;

  @Column('text', { nullable: true })
  error: string | null;

  @Column('timestamptz', { name: 'started_at' })
  startedAt: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;
}
