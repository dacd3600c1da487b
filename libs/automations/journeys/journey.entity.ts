import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { JourneyDefinition } from '../definition/journey-definition.js';

export const JOURNEY_STATES = ['draft', 'active', 'inactive'] as const;
export type JourneyState = (typeof JOURNEY_STATES)[number];

/** A journey as its owner last wrote it. */
@Entity('journeys')
@Index('journeys_by_next_start', { synchronize: false })
export class JourneyRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  name: string;

  @Column('text')
  state: JourneyState;

  @Column('integer')
  version: number;

  @Column('jsonb')
  definition: JourneyDefinition;

  @Column('timestamptz', { name: 'activated_at', nullable: true })
  activatedAt: Date | null;

  @Column('timestamptz', { name: 'next_start_at', nullable: true })
  nextStartAt: Date | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'updated_at' })
  updatedAt: Date;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt: Date | null;
}

/** A journey as people walk it. */
@Entity('journey_versions')
export class JourneyVersionRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'journey_id' })
  journeyId: string;

  @PrimaryColumn('integer')
  number: number;

  @Column('jsonb')
  definition: JourneyDefinition;
}
