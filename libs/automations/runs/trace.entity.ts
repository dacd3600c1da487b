import { Column, Entity, PrimaryColumn } from 'typeorm';

/** One decision of a run. Written and read by SQL only. */
@Entity('journey_decisions')
export class JourneyDecisionRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint', { name: 'member_id' })
  memberId: string;

  @PrimaryColumn('bigint', { name: 'run_id' })
  runId: string;

  /** From 1. */
  @PrimaryColumn('integer')
  number: number;

  @Column('timestamptz')
  at: Date;

  @Column('text')
  step: string;

  @Column('text')
  decision: string;

  @Column('jsonb')
  detail: object;
}

/** Something that a run handed to delivery. Written and read by SQL only. */
@Entity('journey_sends')
export class JourneySendRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bigint', { name: 'member_id' })
  memberId: string;

  @PrimaryColumn('uuid', { name: 'journey_id' })
  journeyId: string;

  @PrimaryColumn('text')
  step: string;

  @PrimaryColumn('timestamptz')
  at: Date;

  @PrimaryColumn('bigint', { name: 'run_id' })
  runId: string;

  /** Of the decision. */
  @PrimaryColumn('integer')
  number: number;

  @Column('uuid', { name: 'send_id' })
  sendId: string;
}
