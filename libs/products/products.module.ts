import { Module } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { MembersModule } from '#members';
import { WorkspacesModule } from '#workspaces';
import { FeedBodies } from './feeds/feed-bodies.js';
import { ProductFeedPartRow, ProductFeedRefusalRow, ProductFeedRow } from './feeds/feed.entity.js';
import { FeedsController } from './feeds/feeds.controller.js';
import { FeedsRepository } from './feeds/feeds.repository.js';
import { Feeds } from './feeds/feeds.service.js';
import { FeedImporting } from './feeds/importing.service.js';
import { FeedReceiving } from './feeds/receiving.service.js';
import { ProductRow } from './product.entity.js';
import { ProductsController } from './products.controller.js';
import { ProductsHandlers } from './products.handlers.js';
import { ProductsRepository } from './products.repository.js';
import { Products } from './products.service.js';
import { EndedRestockRequestRow } from './restock/ended-restock-request.entity.js';
import { ProductRestockRow } from './restock/product-restock.entity.js';
import { RestockRequestRow } from './restock/restock-request.entity.js';
import { RestockRequestsController } from './restock/restock-requests.controller.js';
import { RestockRequestsRepository } from './restock/restock-requests.repository.js';
import { RestockRequests } from './restock/restock-requests.service.js';

const rows = [
  ...[ProductRow, ProductFeedRow, ProductFeedPartRow, ProductFeedRefusalRow],
  ...[RestockRequestRow, EndedRestockRequestRow, ProductRestockRow],
];

/** What is sold, and who waits for it. */
@Module({
  imports: [TypeOrmModule.forFeature(rows), MembersModule, WorkspacesModule],
  providers: [
    ...[Products, ProductsRepository],
    ...[Feeds, FeedsRepository],
    ...[RestockRequests, RestockRequestsRepository],
  ],
  exports: [Products, ProductsRepository, Feeds, FeedsRepository, RestockRequests],
})
export class ProductsModule {}

@Module({
  imports: [ProductsModule],
  controllers: [ProductsController, FeedsController, RestockRequestsController],
  providers: [FeedBodies, FeedReceiving],
})
export class ProductsHttpModule {}

/** Imports feeds. */
@Module({
  imports: [ProductsModule, WorkspacesModule],
  providers: [ProductsHandlers, FeedImporting],
})
export class ProductsJobsModule {}
