import { Injectable } from '@nestjs/common';
import { HandlesJob, type PayloadOf } from '#jobs';
import { Scopes } from '#workspaces';
import { CampaignStart } from './campaign-start.service.js';
import { startCampaign } from './campaigns.jobs.js';

@Injectable()
export class CampaignsHandlers {
  constructor(
    private readonly scopes: Scopes,
    private readonly starter: CampaignStart,
  ) {}

  @HandlesJob(startCampaign)
  async start({ workspaceId, campaignId }: PayloadOf<typeof startCampaign>): Promise<void> {
    await this.starter.start(await this.scopes.system(workspaceId), campaignId);
  }
}
