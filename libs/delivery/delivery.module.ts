import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { ChannelsModule } from '#channels';
import { PagesModule } from '#linking';
import { SegmentsModule } from '#segments';
import { WorkspacesModule } from '#workspaces';
import { SpendingCeilings } from './ceilings/ceilings.service.js';
import { SpendingRow } from './ceilings/spending.entity.js';
import { SpendingRepository } from './ceilings/spending.repository.js';
import { AttentionSlotRow } from './attention/attention-slot.entity.js';
import { AttentionRepository } from './attention/attention.repository.js';
import { Attention } from './attention/attention.service.js';
import { DeliveryHandlers } from './delivery.handlers.js';
import { PageRow } from './ledger/page.entity.js';
import { ForecastRepository } from './forecast/forecast.repository.js';
import { Forecasts } from './forecast/forecasts.service.js';
import { LeasesRepository } from './ledger/leases.repository.js';
import { OriginOutcomesRepository } from './ledger/origin-outcomes.repository.js';
import { OutcomesRepository } from './ledger/outcomes.repository.js';
import { PagesRepository } from './ledger/pages.repository.js';
import { RecipientRow } from './ledger/recipient.entity.js';
import { AudienceRow, SendRow } from './ledger/send.entity.js';
import { SendsRepository } from './ledger/sends.repository.js';
import { TotalsRepository } from './ledger/totals.repository.js';
import { NoticesHandlers } from './notices/notices.handlers.js';
import { Notices } from './notices/notices.service.js';
import { Outcomes } from './outcomes.service.js';
import { ContentCheck } from './planning/content-check.service.js';
import { NamingRepository } from './planning/naming.repository.js';
import { Naming } from './planning/naming.service.js';
import { PlanningRepository } from './planning/planning.repository.js';
import { Planning } from './planning/planning.service.js';
import { Slices } from './planning/slices.service.js';
import { ChannelPlanRow } from './price/channel-plan.entity.js';
import { ChannelPlansController } from './price/channel-plans.controller.js';
import { ChannelPlansRepository } from './price/channel-plans.repository.js';
import { ChannelPlans } from './price/channel-plans.service.js';
import { MonthlyPrices } from './price/monthly-prices.service.js';
import { Prices } from './price/prices.service.js';
import { RecentWritersRepository } from './price/recent-writers.repository.js';
import { ChannelQuotaRow } from './quota/channel-quota.entity.js';
import { QuotasRepository } from './quota/quotas.repository.js';
import { Quotas } from './quota/quotas.service.js';
import { Reserved, ReservedRepository } from './quota/reserved.repository.js';
import { RetentionRepository } from './retention/retention.repository.js';
import { Retention } from './retention/retention.service.js';
import { Courier } from './sending/courier.js';
import { Drain } from './sending/drain.service.js';
import { FrozenContent } from './sending/frozen-content.js';
import { Leasing } from './sending/leasing.service.js';
import { SpentQuota } from './sending/spent-quota.service.js';
import { Turns } from './sending/turns.service.js';
import { Unsent } from './sending/unsent.service.js';
import { WakeUps } from './sending/wake-ups.service.js';
import { WakingRepository } from './sending/waking.repository.js';
import { Waking } from './sending/waking.service.js';
import { Sends } from './sends.service.js';

const REPOSITORIES = [
  ...[SendsRepository, OutcomesRepository, OriginOutcomesRepository, TotalsRepository],
  ...[NamingRepository, PlanningRepository, WakingRepository],
];

/** Decides and shows; sends nothing itself. */
@Module({
  imports: [
    ...[AuditModule, ChannelsModule, WorkspacesModule],
    TypeOrmModule.forFeature([SendRow, AudienceRow, RecipientRow, PageRow]),
    TypeOrmModule.forFeature([AttentionSlotRow, SpendingRow, ChannelQuotaRow, ChannelPlanRow]),
  ],
  providers: [
    ...[Sends, Outcomes, Slices, ...REPOSITORIES],
    ...[Attention, AttentionRepository, WakeUps],
    ...[SpendingCeilings, SpendingRepository],
    ...[Quotas, QuotasRepository, { provide: Reserved, useClass: ReservedRepository }],
    ...[Prices, MonthlyPrices, ChannelPlans, ChannelPlansRepository, RecentWritersRepository],
    ...[Forecasts, ForecastRepository],
  ],
  exports: [
    ...[Sends, Outcomes, Slices, ...REPOSITORIES],
    ...[Attention, AttentionRepository, WakeUps],
    ...[SpendingCeilings, Quotas, Prices, MonthlyPrices, ChannelPlans, Forecasts],
  ],
})
export class DeliveryModule {}

@Module({ imports: [DeliveryModule], controllers: [ChannelPlansController] })
export class DeliveryHttpModule {}

/** Plans and sends. */
@Module({
  imports: [AuditModule, ChannelsModule, DeliveryModule, PagesModule, SegmentsModule, WorkspacesModule],
  providers: [
    DeliveryHandlers,
    ...[ContentCheck, Naming, Planning, LeasesRepository, PagesRepository],
    ...[Courier, Drain, FrozenContent, Leasing, SpentQuota, Turns, Unsent, Waking],
    ...[Notices, NoticesHandlers, Retention, RetentionRepository],
  ],
  exports: [Drain, Planning, Waking, LeasesRepository, PagesRepository],
})
export class DeliveryJobsModule {}
