import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** A browser whose user has consented. Written and read by SQL only. */
@Entity('visitors')
@Index('visitors_by_last_seen', { synchronize: false })
export class VisitorRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  /** SHA-256 of the browser's id. */
  @PrimaryColumn('bytea')
  visitor: Buffer;

  /** Null: nobody has told us who it is. */
  @Column('bigint', { name: 'member_id', nullable: true })
  memberId: string | null;

  @Column('timestamptz', { name: 'first_seen_at' })
  firstSeenAt: Date;

  @Column('timestamptz', { name: 'last_seen_at' })
  lastSeenAt: Date;
}

/** What a visitor did while nobody had told us who it is. */
@Entity('visitor_events')
@Index('visitor_events_by_date', { synchronize: false })
export class VisitorEventRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('bytea')
  visitor: Buffer;

  /** Order of arrival. */
  @PrimaryColumn({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  seq: string;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt: Date;

  /** An event as it would be posted, without id, member and time. */
  @Column('jsonb')
  body: Record<string, unknown>;
}
