import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { Layout } from './reading/layout.js';

export const AUDIENCE_STATES = ['receiving', 'reading', 'ready', 'failed'] as const;
export type AudienceState = (typeof AUDIENCE_STATES)[number];

export const REFUSAL_REASONS = ['malformed', 'unknown_member', 'unknown_line_user', 'duplicate'] as const;
export type RefusalReason = (typeof REFUSAL_REASONS)[number];

/** As WHATWG names them; its shift_jis is Microsoft's code page 932. */
export type FileEncoding = 'utf-8' | 'shift_jis';

/** Why an audience could not be read. */
export interface AudienceProblem {
  code: string;
  detail: string;
}

/** People named by an uploaded file, or by what became of them in a send. Written and read by SQL only. */
@Entity('campaign_audiences')
export class AudienceRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  name: string;

  /** Whose LINE users a file may name; null: it can name members only. */
  @Column('uuid', { name: 'channel_id', nullable: true })
  channelId: string | null;

  @Column('text')
  state: AudienceState;

  @Column('text', { nullable: true })
  encoding: FileEncoding | null;

  @Column('bigint', { default: 0 })
  bytes: string;

  @Column('bigint', { name: 'read_bytes', default: 0 })
  readBytes: string;

  @Column('integer', { default: 0 })
  parts: number;

  @Column('integer', { name: 'next_part', default: 0 })
  nextPart: number;

  /** The beginning of a row whose end is in the next part, in UTF-8. */
  @Column('bytea', { nullable: true })
  carry: Buffer | null;

  @Column('jsonb', { nullable: true })
  layout: Layout | null;

  @Column('integer', { name: 'next_line', default: 1 })
  nextLine: number;

  @Column('integer', { default: 0 })
  rows: number;

  @Column('integer', { default: 0 })
  matched: number;

  /** Of `matched`, LINE users who are no members. */
  @Column('integer', { default: 0 })
  unlinked: number;

  @Column('integer', { default: 0 })
  refused: number;

  @Column('jsonb', { nullable: true })
  problem: AudienceProblem | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;

  @Column('timestamptz', { name: 'deleted_at', nullable: true })
  deletedAt: Date | null;
}

/** Bytes of a file that are still to be read. */
@Entity('campaign_audience_parts')
export class AudiencePartRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'audience_id' })
  audienceId: string;

  @PrimaryColumn('integer')
  number: number;

  @Column('bytea')
  body: Buffer;
}

/** A row of a file that names nobody, or somebody once more. */
@Entity('campaign_audience_refusals')
export class AudienceRefusalRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'audience_id' })
  audienceId: string;

  /** Of the file, from 1. */
  @PrimaryColumn('integer')
  line: number;

  @Column('text')
  reason: RefusalReason;

  /** The id as it was written. */
  @Column('text')
  value: string;
}

/** One person of an audience. */
@Entity('audience_members')
export class AudienceMemberRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'audience_id' })
  audienceId: string;

  /** members.id, or minus line_users.id for somebody who is no member. */
  @PrimaryColumn('bigint', { name: 'member_id' })
  memberId: string;
}
