import { Column, Entity, PrimaryColumn } from 'typeorm';

/** Who has scheduled a campaign, and who has approved what. */
@Entity('campaign_approvals')
export class CampaignApprovalRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'campaign_id' })
  campaignId: string;

  /** Kind and id of an actor. */
  @Column('text', { name: 'asked_by' })
  askedBy: string;

  @Column('timestamptz', { name: 'asked_at' })
  askedAt: Date;

  /** People that were counted when approval was last asked for; null: nobody had to ask. */
  @Column('integer', { nullable: true })
  people: number | null;

  /** SHA-256 of what was approved. */
  @Column('bytea', { nullable: true })
  digest: Buffer | null;

  @Column('text', { name: 'approved_by', nullable: true })
  approvedBy: string | null;

  @Column('timestamptz', { name: 'approved_at', nullable: true })
  approvedAt: Date | null;
}
