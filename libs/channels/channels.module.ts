import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { LineModule } from '#line';
import { WorkspacesModule } from '#workspaces';
import { ChannelRow } from './channel.entity.js';
import { ChannelsController } from './channels.controller.js';
import { ChannelsHandlers } from './channels.handlers.js';
import { ChannelsRepository } from './channels.repository.js';
import { Channels } from './channels.service.js';
import { ChannelChecksController } from './checks/channel-checks.controller.js';
import { ChannelChecks } from './checks/channel-checks.service.js';
import { LineChecks } from './checks/line-checks.js';
import { Credentials } from './credentials.js';
import { LineUserRow } from './friends/line-user.entity.js';
import { LineUsersRepository } from './friends/line-users.repository.js';
import { LineUsers } from './friends/line-users.service.js';
import { LineAccount } from './line-account.js';
import { ReceivedEvents } from './webhooks/received-events.service.js';
import { WebhookBatchRow } from './webhooks/webhook-batch.entity.js';
import { WebhookBatchesRepository } from './webhooks/webhook-batches.repository.js';
import { WebhookEventRow } from './webhooks/webhook-event.entity.js';
import { WebhookEventsRepository } from './webhooks/webhook-events.repository.js';
import { WebhookGate } from './webhooks/webhook-gate.js';
import { WebhookIntake } from './webhooks/webhook-intake.service.js';
import { WebhookReader } from './webhooks/webhook-reader.service.js';
import { WebhooksController } from './webhooks/webhooks.controller.js';
import { WebhooksShortCut } from './webhooks/webhooks.short-cut.js';

@Module({
  imports: [
    TypeOrmModule.forFeature([ChannelRow, LineUserRow, WebhookBatchRow, WebhookEventRow]),
    AuditModule,
    LineModule,
  ],
  providers: [
    ChannelChecks,
    Channels,
    ChannelsRepository,
    Credentials,
    LineAccount,
    LineChecks,
    LineUsers,
    LineUsersRepository,
    ReceivedEvents,
    WebhookBatchesRepository,
    WebhookEventsRepository,
  ],
  exports: [
    ChannelChecks,
    Channels,
    ChannelsRepository,
    Credentials,
    LineUsers,
    ReceivedEvents,
    WebhookBatchesRepository,
    WebhookEventsRepository,
  ],
})
export class ChannelsModule {}

/** For the api: routes, and LINE's webhooks coming in. */
@Module({
  imports: [ChannelsModule],
  controllers: [ChannelsController, ChannelChecksController, WebhooksController],
  providers: [WebhookGate, WebhookIntake, WebhooksShortCut],
})
export class ChannelsHttpModule {}

/** For the worker: what webhooks mean. */
@Module({
  imports: [ChannelsModule, WorkspacesModule],
  providers: [ChannelsHandlers, WebhookReader],
})
export class ChannelsJobsModule {}
