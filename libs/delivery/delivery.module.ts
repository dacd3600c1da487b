import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { ChannelsModule } from '#channels';
import { PagesModule } from '#linking';
import { SegmentsModule } from '#segments';
import { WorkspacesModule } from '#workspaces';
import { DeliveryHandlers } from './delivery.handlers.js';
import { PageRow } from './ledger/page.entity.js';
import { LeasesRepository } from './ledger/leases.repository.js';
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
import { PlanningRepository } from './planning/planning.repository.js';
import { Planning } from './planning/planning.service.js';
import { Slices } from './planning/slices.service.js';
import { Courier } from './sending/courier.js';
import { Drain } from './sending/drain.service.js';
import { FrozenContent } from './sending/frozen-content.js';
import { WakingRepository } from './sending/waking.repository.js';
import { Waking } from './sending/waking.service.js';
import { Sends } from './sends.service.js';

const REPOSITORIES = [
  ...[SendsRepository, OutcomesRepository, TotalsRepository],
  ...[NamingRepository, PlanningRepository, WakingRepository],
];

/** Decides and shows; sends nothing itself. */
@Module({
  imports: [ChannelsModule, TypeOrmModule.forFeature([SendRow, AudienceRow, RecipientRow, PageRow])],
  providers: [Sends, Outcomes, Slices, ...REPOSITORIES],
  exports: [Sends, Outcomes, Slices, ...REPOSITORIES],
})
export class DeliveryModule {}

/** Plans and sends. */
@Module({
  imports: [AuditModule, ChannelsModule, DeliveryModule, PagesModule, SegmentsModule, WorkspacesModule],
  providers: [
    DeliveryHandlers,
    ...[ContentCheck, Planning, LeasesRepository, PagesRepository],
    ...[Courier, Drain, FrozenContent, Waking],
    ...[Notices, NoticesHandlers],
  ],
  exports: [Drain, Planning, Waking, LeasesRepository, PagesRepository],
})
export class DeliveryJobsModule {}
