import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { ChannelsModule } from '#channels';
import { DeliveryModule } from '#delivery';
import { EventsModule } from '#events';
import { MembersModule } from '#members';
import { ProductsModule } from '#products';
import { SegmentsModule } from '#segments';
import { WorkspacesModule } from '#workspaces';
import { Advancing } from './advancing/advancing.service.js';
import { AdvancingTurns } from './advancing/advancing-turns.service.js';
import { Answers } from './advancing/answers.service.js';
import { HappenedRepository } from './advancing/happened.repository.js';
import { Happened } from './advancing/happened.service.js';
import { JourneySends } from './advancing/journey-sends.service.js';
import { PreparedJourneys } from './advancing/prepared-journeys.js';
import { RunsWaking } from './advancing/runs-waking.service.js';
import { Settling } from './advancing/settling.service.js';
import { TakenRuns } from './advancing/taken-runs.service.js';
import { RunsWakingRepository } from './advancing/waking.repository.js';
import { JourneyOutcomesController } from './outcomes/journey-outcomes.controller.js';
import { JourneyOutcomes } from './outcomes/journey-outcomes.service.js';
import { JourneyRow, JourneyVersionRow } from './journeys/journey.entity.js';
import { JourneyReferences } from './journeys/journey-references.js';
import { JourneysController } from './journeys/journeys.controller.js';
import { JourneysRepository } from './journeys/journeys.repository.js';
import { Journeys } from './journeys/journeys.service.js';
import { Isolation } from './runs/isolation.service.js';
import { MemberLocksRepository } from './runs/member-locks.repository.js';
import { RunRetentionRepository } from './runs/retention.repository.js';
import { RunRetention } from './runs/retention.service.js';
import { JourneyRunRow } from './runs/run.entity.js';
import { RunListsRepository } from './runs/run-lists.repository.js';
import { RunLists } from './runs/run-lists.service.js';
import { MemberJourneysController, RunsController } from './runs/runs.controller.js';
import { RunsHandlers } from './runs/runs.handlers.js';
import { RunsRepository } from './runs/runs.repository.js';
import { Runs } from './runs/runs.service.js';
import { SavepointsRepository } from './runs/savepoints.repository.js';
import { JourneyDecisionRow, JourneySendRow } from './runs/trace.entity.js';
import { TraceRepository } from './runs/trace.repository.js';
import { Arrivals } from './starting/arrivals.service.js';
import { CalendarRepository } from './starting/calendar.repository.js';
import { Calendar } from './starting/calendar.service.js';
import { EnteredRuns } from './starting/entered-runs.service.js';
import { Facts } from './starting/facts.service.js';
import { RestockNews } from './starting/restock-news.service.js';
import { RestocksRepository } from './starting/restocks.repository.js';
import { Restocks } from './starting/restocks.service.js';
import { StartingHandlers } from './starting/starting.handlers.js';
import { StartingRepository } from './starting/starting.repository.js';
import { Starting } from './starting/starting.service.js';
import { JourneySecretRow } from './telling/secret.entity.js';
import { SecretsRepository } from './telling/secrets.repository.js';
import { TellingRepository } from './telling/telling.repository.js';
import { Telling } from './telling/telling.service.js';
import { WebhookSecretsController } from './telling/webhook-secrets.controller.js';
import { WebhookSecrets } from './telling/webhook-secrets.service.js';
import { TemplatesController } from './templates/templates.controller.js';
import { Templates } from './templates/templates.service.js';

const rows = [
  ...[JourneyRow, JourneyVersionRow, JourneyRunRow],
  ...[JourneyDecisionRow, JourneySendRow, JourneySecretRow],
];

/** What journeys there are, and who is where in them. */
@Module({
  imports: [
    ...[AuditModule, ChannelsModule, DeliveryModule, EventsModule, MembersModule, SegmentsModule, WorkspacesModule],
    TypeOrmModule.forFeature(rows),
  ],
  providers: [
    ...[Journeys, JourneysRepository, JourneyReferences, PreparedJourneys],
    ...[RunsRepository, RunsWaking, RunsWakingRepository, TraceRepository],
    ...[SecretsRepository, WebhookSecrets],
  ],
  exports: [
    ...[Journeys, JourneysRepository, JourneyReferences, PreparedJourneys],
    ...[RunsRepository, RunsWaking, TraceRepository, WebhookSecrets, MembersModule, EventsModule, SegmentsModule],
  ],
})
export class AutomationsModule {}

/** Takes journeys, and shows where people are in them and why. */
@Module({
  imports: [AuditModule, AutomationsModule, DeliveryModule],
  controllers: [
    JourneysController,
    JourneyOutcomesController,
    RunsController,
    MemberJourneysController,
    TemplatesController,
    WebhookSecretsController,
  ],
  providers: [JourneyOutcomes, Runs, RunLists, RunListsRepository, Templates],
})
export class AutomationsHttpModule {}

/** Brings people in and takes them on. */
@Module({
  imports: [AutomationsModule, DeliveryModule, ProductsModule, WorkspacesModule],
  providers: [
    ...[StartingHandlers, RunsHandlers, AdvancingTurns, Advancing, Answers, Happened, HappenedRepository],
    ...[JourneySends, Settling, TakenRuns, Isolation, SavepointsRepository, MemberLocksRepository],
    ...[Arrivals, Calendar, CalendarRepository, EnteredRuns, Facts, Starting, StartingRepository],
    ...[RestockNews, Restocks, RestocksRepository],
    ...[Telling, TellingRepository, RunRetention, RunRetentionRepository],
  ],
  exports: [Advancing, Arrivals],
})
export class AutomationsJobsModule {}
