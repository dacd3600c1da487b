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
import { Credentials } from './credentials.js';
import { LineUserRow } from './friends/line-user.entity.js';
import { LineUsersRepository } from './friends/line-users.repository.js';
import { LineUsers } from './friends/line-users.service.js';
import { LineAccount } from './line-account.js';
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
    Channels,
    ChannelsRepository,
    Credentials,
    LineAccount,
    LineUsers,
    LineUsersRepository,
    WebhookBatchesRepository,
  ],
  exports: [Channels, ChannelsRepository, Credentials, LineUsers, WebhookBatchesRepository],
})
export class ChannelsModule {}

/** For the api: routes, and LINE's webhooks coming in. */
@Module({
  imports: [ChannelsModule],
  controllers: [ChannelsController, WebhooksController],
  providers: [WebhookGate, WebhookIntake, WebhooksShortCut],
})
export class ChannelsHttpModule {}

/** For the worker: what webhooks mean. */
@Module({
  imports: [ChannelsModule, WorkspacesModule],
  providers: [ChannelsHandlers, WebhookReader, WebhookEventsRepository],
})
export class ChannelsJobsModule {}
