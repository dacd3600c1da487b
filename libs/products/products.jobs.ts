import { IsUUID, Matches } from 'class-validator';
import { defineFact, defineJob, defineSchedule } from '#jobs';

export class ProductRef {
  @IsUUID() workspaceId: string;
  /** products.id; `Products.named` tells the company's own. */
  @Matches(/^[1-9]\d{0,18}$/) productId: string;
}

/** A product that was out of stock, or new and waited for by somebody, is in stock. */
export const restocked = defineFact({ name: 'products.restocked', payload: ProductRef });

export class ProductFeedRef {
  @IsUUID() workspaceId: string;
  @IsUUID() feedId: string;
}

/**
 * Imports the next rows of a feed and asks for itself again until there are none. What is committed says where it goes
 * on, so it may die anywhere. Feeds of a workspace are imported in the order in which they came.
 */
export const importFeed = defineJob({
  name: 'products.import_feed',
  lane: 'bulk',
  payload: ProductFeedRef,
  runs: 'outside',
  oneAtATime: ({ workspaceId }) => workspaceId,
});

/** Feeds that nobody goes on sending, and those that were done with long ago, are deleted. */
export const forgetFeeds = defineSchedule({ name: 'products.forget_feeds', lane: 'bulk', every: 3_600_000 });
