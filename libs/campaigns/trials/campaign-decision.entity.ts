import { Column, Entity, Index, PrimaryColumn } from 'typeorm';
import type { TrialOutcome } from './trial-outcome.js';

export type TrialKind = 'test' | 'canary';

/** What is to be decided about a send whose rest is held back. */
@Entity('campaign_decisions')
@Index('campaign_decisions_by_campaign', ['workspaceId', 'campaignId'])
export class CampaignDecisionRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'send_id' })
  sendId: string;

  @Column('uuid', { name: 'campaign_id' })
  campaignId: string;

  @Column('text')
  kind: TrialKind;

  /** When the last of the first part had been sent to, as far as it was seen. */
  @Column('timestamptz', { name: 'first_sent_at', nullable: true })
  firstSentAt: Date | null;

  @Column('timestamptz', { name: 'decided_at', nullable: true })
  decidedAt: Date | null;

  @Column('jsonb', { nullable: true })
  outcome: TrialOutcome | null;
}
