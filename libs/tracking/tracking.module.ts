import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { AuditModule } from '#audit';
import { EventsModule } from '#events';
import { MembersModule } from '#members';
import { WorkspacesModule } from '#workspaces';
import { BeaconBodies } from './beacons/beacon-bodies.js';
import { BeaconLimits } from './beacons/beacon-limits.js';
import { BeaconsController } from './beacons/beacons.controller.js';
import { Beacons } from './beacons/beacons.service.js';
import { TrackingSettingsController } from './settings/settings.controller.js';
import { TrackingSettingsRepository } from './settings/settings.repository.js';
import { TrackingSettingsService } from './settings/settings.service.js';
import { TrackingSettingsRow } from './settings/tracking-settings.entity.js';
import { TrackingHandlers } from './tracking.handlers.js';
import { VisitorEventRow, VisitorRow } from './visitors/visitor.entity.js';
import { VisitorsController } from './visitors/visitors.controller.js';
import { VisitorsRepository } from './visitors/visitors.repository.js';
import { Visitors } from './visitors/visitors.service.js';

@Module({
  imports: [TypeOrmModule.forFeature([TrackingSettingsRow, VisitorRow, VisitorEventRow]), EventsModule],
  providers: [Visitors, VisitorsRepository, TrackingSettingsRepository],
  exports: [Visitors, TrackingSettingsRepository],
})
export class TrackingModule {}

@Module({
  imports: [TrackingModule, AuditModule, MembersModule, WorkspacesModule],
  controllers: [BeaconsController, TrackingSettingsController, VisitorsController],
  providers: [Beacons, BeaconBodies, BeaconLimits, TrackingSettingsService],
})
export class TrackingHttpModule {}

@Module({ imports: [TrackingModule, WorkspacesModule], providers: [TrackingHandlers] })
export class TrackingJobsModule {}
