import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Webhooks that were committed together and not read yet. Written and read by SQL only. */
@Entity('webhook_batches')
export class WebhookBatchRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid')
  id: string;

  @Column('uuid', { name: 'channel_id' })
  channelId: string;

  @Column('timestamptz', { name: 'received_at' })
  receivedAt: Date;

  /** A JSON list of bodies. */
  @Column('bytea')
  bodies: Buffer;
}
