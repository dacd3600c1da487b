import { Column, Entity, Index, PrimaryColumn } from 'typeorm';

/** One event of a webhook, as LINE sent it. */
@Entity('webhook_events')
@Index('webhook_events_once', ['workspaceId', 'channelId', 'webhookEventId'], { unique: true })
export class WebhookEventRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn({ type: 'bigint', generated: 'identity', generatedIdentity: 'ALWAYS' })
  id: string;

  @Column('uuid', { name: 'channel_id' })
  channelId: string;

  @Column({ type: 'text', name: 'webhook_event_id', collation: 'C' })
  webhookEventId: string;

  @Column('text')
  type: string;

  @Column('timestamptz', { name: 'occurred_at' })
  occurredAt: Date;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt: Date;

  @Column('text')
  body: string;
}
