import { IsUUID } from 'class-validator';
import { defineJob } from '#jobs';

export class CampaignRef {
  @IsUUID() workspaceId: string;
  @IsUUID() campaignId: string;
}

/** Turns a campaign whose time has come into a send. Safe to run twice: it starts once. */
export const startCampaign = defineJob({ name: 'campaigns.start', lane: 'delivery', payload: CampaignRef });
