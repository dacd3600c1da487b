import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { Jobs } from '#jobs';
import { newId, notFound, type Scope } from '#kernel';
import { importFeed } from '../products.jobs.js';
import type { FeedFormat } from './feed.entity.js';
import { emptyFeed, feedComplete, feedNotThere, feedTooLarge, tooManyFeeds } from './feeds.errors.js';
import { FeedsRepository, type Feed } from './feeds.repository.js';

/** Large enough for a million products, small enough for a table. */
export const MOST_FEED_BYTES = 500 * 1024 * 1024;
/** Of one row in the table; also what a request holds in memory. */
const PART_BYTES = 1024 * 1024;
/** Feeds of a workspace that are not done with; each may take up 500 MB until it is. */
const MOST_UNFINISHED = 5;

/** What comes next of a file. */
export interface FeedPart {
  /** Byte of the file at which it begins. */
  offset: number;
  /** Whether it is not the last. */
  more: boolean;
  bytes: AsyncIterable<Buffer>;
  /** Of `bytes`, as declared; 0 where it was not. */
  length: number;
}

/**
 * Takes feeds in, part by part, each committed as it comes: a sender whose connection breaks goes on where `bytes` of
 * the feed says.
 */
@Injectable()
export class FeedReceiving {
  constructor(
    private readonly db: Database,
    private readonly repository: FeedsRepository,
    private readonly jobs: Jobs,
  ) {}

  /** @throws AppError 409 while too many are under way, 413 for one that is too large */
  async begin(
    scope: Scope,
    feed: { format: FeedFormat; replace: boolean },
    part: Omit<FeedPart, 'offset'>,
  ): Promise<Feed> {
    if (part.length > MOST_FEED_BYTES) throw feedTooLarge(MOST_FEED_BYTES);
    const id = newId();
    await this.db.transaction(scope, async () => {
      await this.repository.claim(scope);
      if ((await this.repository.unfinished(scope)) >= MOST_UNFINISHED) throw tooManyFeeds(MOST_UNFINISHED);
      await this.repository.add(scope, { id, ...feed });
    });
    return this.goOn(scope, id, { ...part, offset: 0 });
  }

  /** @throws AppError 404, 409 with `bytes` where the file does not go on there, 413; what proves too large is forgotten */
  async goOn(scope: Scope, id: string, { offset, more, bytes, length }: FeedPart): Promise<Feed> {
    if (offset + length > MOST_FEED_BYTES) throw feedTooLarge(MOST_FEED_BYTES);
    await this.assertGoesOn(scope, id, offset);
    let end = offset;
    for await (const body of partsOf(bytes)) {
      if (end + body.length > MOST_FEED_BYTES) {
        await this.repository.delete(scope, id);
        throw feedTooLarge(MOST_FEED_BYTES);
      }
      if (!(await this.repository.append(scope, id, end, body))) await this.assertGoesOn(scope, id, end);
      end += body.length;
    }
    if (!more) await this.complete(scope, id, end);
    return (await this.repository.find(scope, id)) ?? missing();
  }

  /** @throws AppError 404, 409 with `bytes` where the file does not go on at this byte */
  async assertGoesOn(scope: Scope, id: string, offset: number): Promise<void> {
    assertAt(await this.repository.find(scope, id), offset);
  }

  private async complete(scope: Scope, id: string, end: number): Promise<void> {
    if (end === 0) {
      await this.repository.delete(scope, id);
      throw emptyFeed();
    }
    await this.db.transaction(scope, async () => {
      assertAt(await this.repository.hold(scope, id), end);
      await this.repository.setState(scope, id, 'waiting');
      await this.jobs.enqueue(scope, importFeed, { workspaceId: scope.workspaceId, feedId: id });
    });
  }
}

function assertAt(feed: Feed | undefined, offset: number): void {
  if (!feed) missing();
  if (feed.state !== 'receiving') throw feedComplete();
  if (feed.bytes !== offset) throw feedNotThere(feed.bytes);
}

function missing(): never {
  throw notFound('product-feed');
}

/** The same bytes in parts of one size, but for the last. */
async function* partsOf(bytes: AsyncIterable<Buffer>): AsyncGenerator<Buffer> {
  let chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of bytes) {
    chunks.push(chunk);
    length += chunk.length;
    if (length < PART_BYTES) continue;
    yield Buffer.concat(chunks);
    chunks = [];
    length = 0;
  }
  if (length > 0) yield Buffer.concat(chunks);
}
