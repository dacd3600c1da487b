import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** How often something was tried by whoever is to be slowed down. Written and read by SQL only. */
@Entity('linking_tries')
@Index('linking_tries_by_age', ['triedAt', 'workspaceId'])
export class TriedRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('text', { collation: 'C' })
  kind: string;

  /** An id of ours, or a hash of what names a person. */
  @PrimaryColumn('text', { collation: 'C' })
  subject: string;

  @Column('integer')
  tries: number;

  /** Of the newest one that failed, or of the first in a minute that is counted. */
  @Column('timestamptz', { name: 'tried_at' })
  triedAt: Date;
}
