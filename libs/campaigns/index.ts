export { CampaignsHttpModule, CampaignsJobsModule, CampaignsModule } from './campaigns.module.js';
export { Campaigns, type CampaignWithTotals } from './campaigns.service.js';
