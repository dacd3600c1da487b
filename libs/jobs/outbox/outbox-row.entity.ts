import { Column, Entity, PrimaryColumn } from 'typeorm';

/** A piece of work that must happen. Written and read by SQL only; this is what the columns are. */
@Entity('outbox')
export class OutboxRow {
  @PrimaryColumn({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column({ name: 'workspace_id', type: 'uuid', nullable: true })
  workspaceId: string | null;

  /** Name of the job, the schedule, the fact, or the fact and its subscriber. */
  @Column({ type: 'text' })
  job: string;

  @Column({ type: 'text' })
  lane: string;

  @Column({ type: 'jsonb' })
  payload: object;

  @Column({ name: 'one_at_a_time', type: 'text', nullable: true })
  oneAtATime: string | null;

  @Column({ type: 'boolean' })
  recurring: boolean;

  @Column({ name: 'due_at', type: 'timestamptz' })
  dueAt: Date;

  /** The moment from which `dueAt` was counted; null where that is a moment of the calendar. */
  @Column({ name: 'counted_from', type: 'timestamptz', nullable: true })
  countedFrom: Date | null;

  @Column({ type: 'integer' })
  attempts: number;

  @Column({ name: 'lease_until', type: 'timestamptz', nullable: true })
  leaseUntil: Date | null;

  @Column({ name: 'parked_at', type: 'timestamptz', nullable: true })
  parkedAt: Date | null;

  @Column({ type: 'text', nullable: true })
  error: string | null;

  @Column({ name: 'created_at', type: 'timestamptz' })
  createdAt: Date;
}
