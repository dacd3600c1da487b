import { Injectable } from '@nestjs/common';
import { HandlesJob, HandlesSchedule, type PayloadOf } from '#jobs';
import { Scopes } from '#workspaces';
import { Feeds } from './feeds/feeds.service.js';
import { FeedImporting } from './feeds/importing.service.js';
import { forgetFeeds, importFeed } from './products.jobs.js';

@Injectable()
export class ProductsHandlers {
  constructor(
    private readonly scopes: Scopes,
    private readonly feeds: Feeds,
    private readonly importing: FeedImporting,
  ) {}

  @HandlesJob(importFeed)
  async importFeed({ workspaceId, feedId }: PayloadOf<typeof importFeed>): Promise<void> {
    await this.importing.run(await this.scopes.system(workspaceId), feedId);
  }

  @HandlesSchedule(forgetFeeds)
  async forgetFeeds(): Promise<void> {
    await this.feeds.forgetOld();
  }
}
