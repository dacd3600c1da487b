import { Module } from '@nestjs/common';
import { ChannelsModule } from '#channels';
import { DeliveryModule } from '#delivery';
import { EventsModule } from '#events';
import { MembersModule } from '#members';
import { ProductsModule } from '#products';
import { SegmentsModule } from '#segments';
import { AutomationsModule } from '../automations.module.js';
import { RestocksRepository } from '../starting/restocks.repository.js';
import { EventGiving } from './event-giving.service.js';
import { LineBodies } from './line-bodies.js';
import { Plans } from './plans.service.js';
import { SendCheck } from './send-check.service.js';
import { SimulationController } from './simulation.controller.js';
import { SimulationRepository } from './simulation.repository.js';
import { Simulations } from './simulations.service.js';
import { FriendStarts } from './starts/friend-starts.service.js';
import { PastStarts } from './starts/past-starts.service.js';
import { PastsRepository } from './starts/pasts.repository.js';
import { RestockStarts } from './starts/restock-starts.service.js';
import { Timelines } from './timelines.service.js';
import { Walking } from './walking.service.js';

/** Says what a journey would do. */
@Module({
  imports: [
    AutomationsModule,
    ChannelsModule,
    DeliveryModule,
    EventsModule,
    MembersModule,
    ProductsModule,
    SegmentsModule,
  ],
  providers: [
    ...[Simulations, Plans, EventGiving, Walking, Timelines, SendCheck, SimulationRepository],
    ...[PastStarts, RestockStarts, FriendStarts, PastsRepository, RestocksRepository],
  ],
  exports: [Simulations],
})
export class SimulationModule {}

@Module({ imports: [SimulationModule], controllers: [SimulationController], providers: [LineBodies] })
export class SimulationHttpModule {}
