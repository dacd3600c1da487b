import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** Something a member did, as posted. Written and read by SQL only. */
@Entity('events')
@Index('events_by_member', ['workspaceId', 'memberId', 'seq'])
export class EventRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn({ type: 'text', collation: 'C' })
  id: string;

  @Column({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  seq: string;

  @Column('text')
  type: string;

  @Column('bigint', { name: 'member_id', nullable: true })
  memberId: string | null;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt: Date;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt: Date;

  @Column('jsonb')
  body: object;
}
