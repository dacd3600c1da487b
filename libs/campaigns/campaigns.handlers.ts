import { Injectable } from '@nestjs/common';
import { HandlesJob, type PayloadOf } from '#jobs';
import { Scopes } from '#workspaces';
import { Audiences } from './audiences/audiences.service.js';
import { AudienceReading } from './audiences/reading.service.js';
import { CampaignStart } from './campaign-start.service.js';
import { forgetAudience, readAudience, startCampaign, watchTrial } from './campaigns.jobs.js';
import { Trials } from './trials/trials.service.js';

@Injectable()
export class CampaignsHandlers {
  constructor(
    private readonly scopes: Scopes,
    private readonly starter: CampaignStart,
    private readonly reading: AudienceReading,
    private readonly audiences: Audiences,
    private readonly trials: Trials,
  ) {}

  @HandlesJob(startCampaign)
  async start({ workspaceId, campaignId }: PayloadOf<typeof startCampaign>): Promise<void> {
    await this.starter.start(await this.scopes.system(workspaceId), campaignId);
  }

  @HandlesJob(readAudience)
  async read({ workspaceId, audienceId }: PayloadOf<typeof readAudience>): Promise<void> {
    await this.reading.read(await this.scopes.system(workspaceId), audienceId);
  }

  @HandlesJob(forgetAudience)
  async forget({ workspaceId, audienceId }: PayloadOf<typeof forgetAudience>): Promise<void> {
    await this.audiences.sweep(await this.scopes.system(workspaceId), audienceId);
  }

  @HandlesJob(watchTrial)
  async watch({ workspaceId, sendId }: PayloadOf<typeof watchTrial>): Promise<void> {
    await this.trials.look(await this.scopes.system(workspaceId), sendId);
  }
}
