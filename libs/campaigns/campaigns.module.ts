import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { ChannelsModule } from '#channels';
import { DeliveryModule } from '#delivery';
import { MembersModule } from '#members';
import { SegmentsModule } from '#segments';
import { WorkspacesModule } from '#workspaces';
import { CampaignContents } from './campaign-contents.js';
import { CampaignRecipients } from './campaign-recipients.service.js';
import { CampaignReferrers } from './campaign-referrers.js';
import { CampaignStart } from './campaign-start.service.js';
import { CampaignTests } from './campaign-tests.service.js';
import { CampaignRow } from './campaign.entity.js';
import { CampaignsController } from './campaigns.controller.js';
import { CampaignsHandlers } from './campaigns.handlers.js';
import { CampaignsRepository } from './campaigns.repository.js';
import { Campaigns } from './campaigns.service.js';

@Module({
  imports: [
    AuditModule,
    ChannelsModule,
    DeliveryModule,
    MembersModule,
    SegmentsModule,
    TypeOrmModule.forFeature([CampaignRow]),
    WorkspacesModule,
  ],
  providers: [Campaigns, CampaignContents, CampaignsRepository, CampaignReferrers],
  exports: [Campaigns, CampaignsRepository, DeliveryModule, MembersModule],
})
export class CampaignsModule {}

@Module({
  imports: [AuditModule, CampaignsModule],
  controllers: [CampaignsController],
  providers: [CampaignRecipients, CampaignTests],
})
export class CampaignsHttpModule {}

@Module({
  imports: [CampaignsModule, WorkspacesModule],
  providers: [CampaignsHandlers, CampaignStart],
})
export class CampaignsJobsModule {}
