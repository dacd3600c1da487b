import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '#config';
import { notFound, type Clock, type Scope } from '#kernel';
import type { FeedError } from './feed.entity.js';
import { FeedsRepository, type Feed } from './feeds.repository.js';

const HOUR = 3_600_000;
/** A sender who has not come back by then will not. */
const ABANDONED_AFTER = 24 * HOUR;
const KEPT_FOR = 90 * 24 * HOUR;

/** What became of feeds. */
@Injectable()
export class Feeds {
  constructor(
    private readonly repository: FeedsRepository,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** With the first of its rows that were refused. @throws AppError 404 */
  async get(scope: Scope, id: string): Promise<Feed & { refused: FeedError[] }> {
    const feed = await this.repository.find(scope, id);
    if (!feed) throw notFound('product-feed');
    return { ...feed, refused: await this.repository.refusals(scope, id) };
  }

  /** The latest first. @param before id of the last one seen */
  list(scope: Scope, limit: number, before?: string): Promise<Feed[]> {
    return this.repository.list(scope, limit, before);
  }

  /** Deletes feeds that nobody goes on sending, and those that were done with 90 days ago. */
  async forgetOld(): Promise<void> {
    const now = this.clock.now().getTime();
    const old = await this.repository.toForget(null, new Date(now - ABANDONED_AFTER), new Date(now - KEPT_FOR));
    for (const { workspaceId, id } of old) await this.repository.delete({ workspaceId }, id);
  }
}
