import { Module } from '@nestjs/common';
import { EventsModule } from '#events';
import { MembersModule } from '#members';
import { SegmentsModule } from '#segments';
import { AutomationsModule } from '../automations.module.js';
import { EventGiving } from './event-giving.service.js';
import { LineBodies } from './line-bodies.js';
import { SendCheck } from './send-check.service.js';
import { SimulationController } from './simulation.controller.js';
import { SimulationRepository } from './simulation.repository.js';
import { Simulations } from './simulations.service.js';
import { Timelines } from './timelines.service.js';
import { Walking } from './walking.service.js';

/** Says what a journey would do. */
@Module({
  imports: [AutomationsModule, EventsModule, MembersModule, SegmentsModule],
  providers: [Simulations, EventGiving, Walking, Timelines, SendCheck, SimulationRepository],
  exports: [Simulations],
})
export class SimulationModule {}

@Module({ imports: [SimulationModule], controllers: [SimulationController], providers: [LineBodies] })
export class SimulationHttpModule {}
