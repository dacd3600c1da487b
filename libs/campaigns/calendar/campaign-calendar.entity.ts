import { Column, Entity, PrimaryColumn } from 'typeorm';

/** By which calendar programs read a workspace's campaigns. */
@Entity('campaign_calendars')
export class CampaignCalendarRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  /** SHA-256. */
  @Column('bytea', { name: 'token_hash' })
  tokenHash: Buffer;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
