import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { SkipReason } from './recipient.entity.js';

/**
 * `held`: until the send's first part has shown how people take it. The last four are what became of all who have no
 * outcome of their own.
 */
export type PageState = 'held' | 'due' | 'leased' | 'settled' | 'accepted' | 'rejected' | 'uncertain' | 'skipped';

/**
 * Up to 500 people who are sent to in the same way: the unit of claim and of progress. Or those of a slice who are skipped
 * for the same reason. Written and read by SQL only.
 */
@Entity('pages')
@Index('pages_open', { synchronize: false })
@Index('pages_by_member', { synchronize: false })
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

  /** The smallest power-of-two block of ids that holds all members: block_around() in the migration. */
  @Column('bigint')
  block: string;

  /** Ascending; minus a LINE user's id for somebody who is no member. */
  @Column('bigint', { name: 'member_ids', array: true })
  memberIds: string[];

  /** line_users.id beside each member. */
  @Column('bigint', { name: 'line_user_ids', array: true })
  lineUserIds: (string | null)[];

  /** Beside each member, where people are told apart. */
  @Column('jsonb', { array: true, nullable: true })
  variables: Record<string, string | null>[] | null;

  @Column('smallint', { default: 0 })
  variant: number;

  /** Of those who were held until the first part had shown how people take it. */
  @Column('boolean', { default: false })
  rest: boolean;

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

  /** Why all of it is skipped. */
  @Column('text', { nullable: true })
  reason: SkipReason | null;

  @Column('integer', { default: 0 })
  attempts: number;

  @Column('timestamptz', { name: 'first_attempt_at', nullable: true })
  firstAttemptAt: Date | null;

  /** `-infinity`: at once. */
  @Column('timestamptz', { name: 'due_at' })
  dueAt: Date;

  @Column('integer', { default: 0 })
  fence: number;

  @Column('bytea', { name: 'body_hash', nullable: true })
  bodyHash: Buffer | null;

  @Column('text', { name: 'request_id', nullable: true })
  requestId: string | null;

  /** LINE's words, or the value that decided why they are skipped. */
  @Column('text', { nullable: true })
  detail: string | null;

  @Column('timestamptz', { name: 'settled_at', nullable: true })
  settledAt: Date | null;
}
