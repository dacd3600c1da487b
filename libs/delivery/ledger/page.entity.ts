import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

export type PageState = 'due' | 'leased' | 'settled' | 'accepted' | 'rejected' | 'uncertain' | 'cancelled';

/** Up to 500 recipients: the unit of claim and of progress. Written and read by SQL only. */
@Entity('pages')
@Index('pages_open', { synchronize: false })
export class PageRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'send_id' })
  sendId: string;

  @PrimaryColumn('integer')
  number: number;

  @Column('bigint', { name: 'first_member' })
  firstMember: string;

  @Column('bigint', { name: 'last_member' })
  lastMember: string;

  @Column('integer')
  size: number;

  @Column('integer')
  remaining: number;

  @Column('integer', { default: 0 })
  accepted: number;

  @Column('integer', { default: 0 })
  rejected: number;

  @Column('integer', { default: 0 })
  uncertain: number;

  @Column('jsonb', { default: '{}' })
  skipped: Record<string, number>;

  @Column('text')
  state: PageState;

  @Column('integer', { default: 0 })
  attempts: number;

  @Column('timestamptz', { name: 'first_attempt_at', nullable: true })
  firstAttemptAt: Date | null;

  @Column('timestamptz', { name: 'due_at' })
  dueAt: Date;

  @Column('integer', { default: 0 })
  fence: number;

  @Column('bytea', { name: 'body_hash', nullable: true })
  bodyHash: Buffer | null;

  @Column('text', { name: 'request_id', nullable: true })
  requestId: string | null;

  @Column('text', { nullable: true })
  error: string | null;

  @Column('timestamptz', { name: 'settled_at', nullable: true })
  settledAt: Date | null;
}
