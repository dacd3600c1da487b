import { Column, Entity, PrimaryColumn } from 'typeorm';

export const FEED_FORMATS = ['tsv', 'csv', 'xml'] as const;
export type FeedFormat = (typeof FEED_FORMATS)[number];

export const FEED_STATES = ['receiving', 'waiting', 'importing', 'imported', 'failed'] as const;
export type FeedState = (typeof FEED_STATES)[number];

/** Why a feed was given up as a whole. */
export interface FeedError {
  /** Of the file, from 1. */
  line: number;
  code: string;
  detail: string;
}

/** A file of products that somebody sent. Written and read by SQL only. */
@Entity('product_feeds')
export class ProductFeedRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid')
  id: string;

  @Column('text')
  format: FeedFormat;

  @Column('boolean')
  replaces: boolean;

  @Column('text')
  state: FeedState;

  @Column('bigint')
  bytes: string;

  @Column('bigint', { name: 'prologue_bytes' })
  prologueBytes: string;

  @Column('bigint', { name: 'imported_bytes' })
  importedBytes: string;

  @Column('integer')
  line: number;

  @Column('integer')
  rows: number;

  @Column('integer')
  created: number;

  @Column('integer')
  updated: number;

  @Column('integer')
  unchanged: number;

  @Column('integer')
  refused: number;

  @Column('integer', { name: 'out_of_stock' })
  outOfStock: number;

  @Column('jsonb', { nullable: true })
  error: FeedError | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;

  @Column('timestamptz', { name: 'received_at', nullable: true })
  receivedAt: Date | null;

  @Column('timestamptz', { name: 'finished_at', nullable: true })
  finishedAt: Date | null;
}

/** Bytes of a feed that are still to be imported. */
@Entity('product_feed_parts')
export class ProductFeedPartRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'feed_id' })
  feedId: string;

  @PrimaryColumn('bigint', { name: 'starts_at' })
  startsAt: string;

  @Column('bigint', { name: 'ends_at' })
  endsAt: string;

  @Column('bytea')
  body: Buffer;
}

/** One of the first rows of a feed that were refused. */
@Entity('product_feed_refusals')
export class ProductFeedRefusalRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'feed_id' })
  feedId: string;

  /** From 1. */
  @PrimaryColumn('integer')
  number: number;

  @Column('integer')
  line: number;

  @Column('text')
  code: string;

  @Column('text')
  detail: string;
}
