import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { SendProblem } from '#delivery';

/** Missed: nobody was there to start it in time. Failed: it could not become a send. */
export type StoredRunState = 'started' | 'missed' | 'failed';

/** One occurrence of a campaign that comes back. */
@Entity('campaign_runs')
export class CampaignRunRow {
  @PrimaryColumn('uuid', { name: 'workspace_id' })
  workspaceId: string;

  @PrimaryColumn('uuid', { name: 'campaign_id' })
  campaignId: string;

  @PrimaryColumn('timestamptz', { name: 'occurs_at' })
  occursAt: Date;

  @Column('text')
  state: StoredRunState;

  @Column('uuid', { name: 'send_id', nullable: true })
  sendId: string | null;

  @Column('jsonb', { nullable: true })
  problem: SendProblem | null;

  @Column('timestamptz', { name: 'created_at' })
  createdAt: Date;
}
