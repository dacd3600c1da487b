import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MembersModule } from '#members';
import { WorkspacesModule } from '#workspaces';
import { CatalogTermRow } from './catalog/catalog-term.entity.js';
import { CatalogRepository } from './catalog/catalog.repository.js';
import { Catalog } from './catalog/catalog.service.js';
import { EventsController } from './events.controller.js';
import { Events } from './events.service.js';
import { Batches } from './ingest/batch.service.js';
import { EventRow } from './ingest/event.entity.js';
import { EventsRepository } from './ingest/events.repository.js';
import { Feeding } from './ingest/feeding.service.js';
import { Ingest } from './ingest/ingest.service.js';
import { MemberIds } from './ingest/member-ids.js';
import { PageViewRow } from './ingest/page-view.entity.js';
import { EventLogRepository } from './log/event-log.repository.js';
import { EventLog } from './log/event-log.service.js';
import { OrderLineRow } from './orders/order-line.entity.js';
import { OrderRefundRow } from './orders/order-refund.entity.js';
import { OrderRow } from './orders/order.entity.js';
import { OrderNumbers } from './orders/order-numbers.js';
import { OrdersRepository } from './orders/orders.repository.js';
import { Orders } from './orders/orders.service.js';
import { PurchaseHistoriesRepository } from './orders/purchase-histories.repository.js';
import { PurchaseHistoryRow } from './orders/purchase-history.entity.js';
import { VisitHistoriesRepository } from './visits/visit-histories.repository.js';
import { VisitHistoryRow } from './visits/visit-history.entity.js';

const rows = [
  EventRow,
  CatalogTermRow,
  OrderRow,
  OrderLineRow,
  OrderRefundRow,
  PurchaseHistoryRow,
  VisitHistoryRow,
  PageViewRow,
];

@Module({
  imports: [TypeOrmModule.forFeature(rows), MembersModule, WorkspacesModule],
  providers: [
    Events,
    Ingest,
    Batches,
    Feeding,
    MemberIds,
    EventsRepository,
    Orders,
    OrdersRepository,
    OrderNumbers,
    PurchaseHistoriesRepository,
    VisitHistoriesRepository,
    Catalog,
    CatalogRepository,
    EventLog,
    EventLogRepository,
  ],
  exports: [Events, EventLog],
})
export class EventsModule {}

@Module({ imports: [EventsModule], controllers: [EventsController] })
export class EventsHttpModule {}
