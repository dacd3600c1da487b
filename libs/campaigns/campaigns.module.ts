import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { ChannelsModule } from '#channels';
import { DeliveryModule } from '#delivery';
import { MembersModule } from '#members';
import { SegmentsModule } from '#segments';
import { WorkspacesModule } from '#workspaces';
import { CampaignApprovalRow } from './approvals/campaign-approval.entity.js';
import { CampaignDigest } from './approvals/campaign-digest.service.js';
import { ApprovalsController } from './approvals/approvals.controller.js';
import { ApprovalsRepository } from './approvals/approvals.repository.js';
import { CampaignApprovals } from './approvals/approvals.service.js';
import { AudiencePeopleRepository } from './audiences/audience-people.repository.js';
import { AudienceMemberRow, AudiencePartRow, AudienceRefusalRow, AudienceRow } from './audiences/audience.entity.js';
import { AudiencesController } from './audiences/audiences.controller.js';
import { AudiencesRepository } from './audiences/audiences.repository.js';
import { Audiences } from './audiences/audiences.service.js';
import { CsvBodies } from './audiences/csv-bodies.js';
import { AudienceHandover } from './audiences/handover.service.js';
import { AudienceReading } from './audiences/reading.service.js';
import { AudienceReceiving } from './audiences/receiving.service.js';
import { CalendarController } from './calendar/calendar.controller.js';
import { CalendarRepository } from './calendar/calendar.repository.js';
import { CampaignCalendar } from './calendar/calendar.service.js';
import { CampaignCalendarRow } from './calendar/campaign-calendar.entity.js';
import { CampaignContents } from './campaign-contents.js';
import { CampaignControl } from './campaign-control.service.js';
import { CampaignCopiesController } from './campaign-copies.controller.js';
import { CampaignCopies } from './campaign-copies.service.js';
import { CampaignReferrers } from './campaign-referrers.js';
import { CampaignSchedule } from './campaign-schedule.service.js';
import { CampaignSending } from './campaign-sending.service.js';
import { CampaignStart } from './campaign-start.service.js';
import { CampaignTotals } from './campaign-totals.service.js';
import { CampaignRow } from './campaign.entity.js';
import { CampaignsController } from './campaigns.controller.js';
import { CampaignsHandlers } from './campaigns.handlers.js';
import { CampaignsRepository } from './campaigns.repository.js';
import { Campaigns } from './campaigns.service.js';
import { CampaignRecipients } from './recipients/campaign-recipients.service.js';
import { MemberSendsController } from './recipients/member-sends.controller.js';
import { RecipientsFile } from './recipients/recipients-file.service.js';
import { RecipientsController } from './recipients/recipients.controller.js';
import { CampaignRunRow } from './repeating/campaign-run.entity.js';
import { CampaignRunsRepository } from './repeating/campaign-runs.repository.js';
import { CampaignRuns } from './repeating/campaign-runs.service.js';
import { CampaignSeries } from './repeating/campaign-series.service.js';
import { CampaignRunsController } from './repeating/runs.controller.js';
import { CampaignUnitRow, InsightBudgetRow } from './statistics/campaign-unit.entity.js';
import { InsightBudget } from './statistics/insight-budget.repository.js';
import { StatisticsHandlers } from './statistics/statistics.handlers.js';
import { StatisticsWaking } from './statistics/statistics-waking.service.js';
import { StatisticsController } from './statistics/statistics.controller.js';
import { CampaignStatistics } from './statistics/statistics.service.js';
import { UnitStatisticsKeeper } from './statistics/unit-statistics.service.js';
import { UnitsRepository } from './statistics/units.repository.js';
import { CampaignTests } from './testers/campaign-tests.service.js';
import { TesterRow } from './testers/tester.entity.js';
import { TestersController } from './testers/testers.controller.js';
import { TestersRepository } from './testers/testers.repository.js';
import { CampaignTesters } from './testers/testers.service.js';
import { CampaignDecisionRow } from './trials/campaign-decision.entity.js';
import { DecisionsRepository } from './trials/decisions.repository.js';
import { TrialBeginning } from './trials/trial-beginning.service.js';
import { TrialNumbers } from './trials/trial-numbers.service.js';
import { Trials } from './trials/trials.service.js';
import { VariantsController } from './trials/variants.controller.js';
import { CampaignVariants } from './trials/variants.service.js';
import { CampaignPrice } from './price/campaign-price.service.js';
import { CampaignReach } from './price/campaign-reach.service.js';
import { PriceController } from './price/price.controller.js';

const rows = [
  ...[CampaignRow, CampaignRunRow, CampaignCalendarRow, CampaignApprovalRow],
  ...[CampaignUnitRow, InsightBudgetRow, TesterRow, CampaignDecisionRow],
  ...[AudienceRow, AudiencePartRow, AudienceRefusalRow, AudienceMemberRow],
];

@Module({
  imports: [
    AuditModule,
    ChannelsModule,
    DeliveryModule,
    MembersModule,
    SegmentsModule,
    TypeOrmModule.forFeature(rows),
    WorkspacesModule,
  ],
  providers: [
    ...[Campaigns, CampaignContents, CampaignsRepository, CampaignReferrers, CampaignTotals],
    ...[Audiences, AudiencesRepository, AudiencePeopleRepository, AudienceHandover],
    ...[CampaignSending, CampaignSeries, CampaignRunsRepository],
    ...[CampaignApprovals, ApprovalsRepository, CampaignDigest],
    ...[UnitStatisticsKeeper, UnitsRepository, InsightBudget],
    ...[DecisionsRepository, TrialBeginning, TrialNumbers, CampaignReach],
  ],
  exports: [
    ...[Campaigns, CampaignContents, CampaignsRepository, CampaignTotals, DeliveryModule, MembersModule],
    ...[Audiences, AudiencesRepository, AudiencePeopleRepository, AudienceHandover],
    ...[CampaignSending, CampaignSeries, CampaignRunsRepository, CampaignApprovals],
    ...[UnitStatisticsKeeper, UnitsRepository, DecisionsRepository, TrialBeginning, TrialNumbers, CampaignReach],
  ],
})
export class CampaignsModule {}

@Module({
  imports: [AuditModule, CampaignsModule, ChannelsModule, WorkspacesModule],
  controllers: [
    ...[CalendarController, CampaignsController, CampaignCopiesController],
    ...[CampaignRunsController, AudiencesController, ApprovalsController, StatisticsController],
    ...[RecipientsController, MemberSendsController, TestersController, VariantsController, PriceController],
  ],
  providers: [
    ...[
      CampaignRecipients,
      RecipientsFile,
      CampaignTests,
      CampaignTesters,
      TestersRepository,
      CampaignSchedule,
      CampaignControl,
      CampaignRuns,
    ],
    ...[CampaignCopies, CampaignCalendar, CalendarRepository],
    ...[AudienceReceiving, CsvBodies, CampaignStatistics, CampaignVariants, CampaignPrice],
  ],
})
export class CampaignsHttpModule {}

@Module({
  imports: [CampaignsModule, WorkspacesModule],
  providers: [CampaignsHandlers, CampaignStart, AudienceReading, StatisticsWaking, StatisticsHandlers, Trials],
})
export class CampaignsJobsModule {}
