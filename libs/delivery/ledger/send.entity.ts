import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { LinkRole } from '#linking';
import type { VariableValues } from '#messages';

/** What made us send; `notice`: what somebody is told of their own link. */
export const SEND_ORIGINS = ['campaign', 'journey', 'test', 'notice'] as const;
export type SendOrigin = (typeof SEND_ORIGINS)[number];

/** In the order in which a channel serves them. */
export const SEND_CLASSES = ['transactional', 'triggered', 'promotional'] as const;
export type SendClass = (typeof SEND_CLASSES)[number];

export type SendState = 'planning' | 'sending' | 'paused' | 'cancelled' | 'sent' | 'failed';

/** Why a send stands still or has failed. */
export interface SendProblem {
  /** `delivery.quota_spent`, `delivery.content_refused`, `delivery.rule_refused` */
  code: string;
  detail: string;
  /** Messages LINE still allows this month, where the quota is the problem. */
  quotaLeft?: number;
}

/** How the people of a send are split, by a hash of send and member. */
export interface Split {
  /** Percent, to two decimals, of those who could be sent to who never are. */
  holdoutPercent?: number;
  /** Percent of the others who are sent to at once; the rest is held until `release`. Default: 100. */
  firstPercent?: number;
  /** Weight of the messages of the send itself, variant 0; default: 1. */
  share?: number;
  /** Variants 1, 2, …: each with its weight among those who are sent to at once. */
  variants?: Variant[];
}

export interface Variant {
  messages: readonly object[];
  /** Aggregation unit. */
  unit: string | null;
  share: number;
}

/** Local times of day, HH:mm, between which requests may leave; over midnight where `from` is later than `to`. */
export interface SendWindow {
  from: string;
  to: string;
}

/** Who comes first where not everybody can be sent to. */
export const TRIM_ORDERS = ['random', 'newest-link', 'highest-total', 'latest-purchase'] as const;

/** At most so many people; the others are skipped as `quota`. */
export interface MostPeople {
  people: number;
  order: (typeof TRIM_ORDERS)[number];
}

/** One decision to send. */
@Entity('sends')
@Index('sends_open', { synchronize: false })
@Index('sends_by_origin', ['workspaceId', 'originId', 'createdAt'])
@Index('sends_by_content', { synchronize: false })
export class SendRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'channel_id' })
  channelId: string;

  @Column('text', { name: 'origin_kind' })
  originKind: SendOrigin;

  @Column('uuid', { name: 'origin_id' })
  originId: string;

  @Column('text')
  class: SendClass;

  @Column('jsonb')
  messages: object[];

  @Column('bytea', { name: 'content_hash' })
  contentHash: Buffer;

  @Column('boolean')
  personalised: boolean;

  @Column('text', { nullable: true })
  unit: string | null;

  @Column('jsonb', { name: 'send_window', nullable: true })
  sendWindow: SendWindow | null;

  @Column('jsonb', { nullable: true })
  rule: object | null;

  /** Only people who are linked in this role are sent to. */
  @Column('text', { nullable: true })
  role: LinkRole | null;

  @Column('timestamptz', { name: 'as_of' })
  asOf: Date;

  @Column('text')
  state: SendState;

  @Column('timestamptz', { name: 'checked_at', nullable: true })
  checkedAt: Date | null;

  @Column('integer', { nullable: true })
  audience: number | null;

  @Column('timestamptz', { name: 'planned_at', nullable: true })
  plannedAt: Date | null;

  @Column('integer', { default: 0 })
  pages: number;

  @Column('jsonb', { nullable: true })
  split: Split | null;

  /** What one message is worth beside others that compete for a person's attention. */
  @Column('integer', { default: 0 })
  value: number;

  /** Planned under caps: whoever of it has no slot any more is not sent to. */
  @Column('boolean', { default: false })
  capped: boolean;

  @Column('jsonb', { nullable: true })
  most: MostPeople | null;

  /** What became of all, once the rows behind it were given up. */
  @Column('jsonb', { nullable: true })
  totals: object | null;

  @Column('jsonb', { nullable: true })
  problem: SendProblem | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'ended_at', nullable: true })
  endedAt: Date | null;
}

/** A slice of a send's audience that is not planned yet. Written and read by SQL only. */
@Entity('audiences')
export class AudienceRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'send_id' })
  sendId: string;

  @PrimaryColumn('integer')
  number: number;

  @Column('bigint', { name: 'member_ids', array: true })
  memberIds: string[];

  /** By member id as text: values of variables that only this person has in this send. */
  @Column('jsonb', { nullable: true })
  values: Record<string, VariableValues> | null;
}
