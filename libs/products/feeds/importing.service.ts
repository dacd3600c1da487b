import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import { Jobs } from '#jobs';
import type { Scope } from '#kernel';
import { Workspaces } from '#workspaces';
import { importFeed } from '../products.jobs.js';
import { ProductsRepository } from '../products.repository.js';
import { Products, type ProductOutcome } from '../products.service.js';
import type { FeedError } from './feed.entity.js';
import { FeedsRepository, type Feed, type FeedAdvance } from './feeds.repository.js';
import { BrokenFeed, type FeedRow } from './reading/feed-row.js';
import { googleProduct, productIdOf, type ReadRow } from './reading/google-product.js';
import { readFeed } from './reading/read-feed.js';

/** Rows of one transaction. */
const BATCH = 500;
/** Transactions of one run; then others of the lane have their turn. About ten seconds. */
const BATCHES_IN_A_TURN = 100;
/** Shown to whoever sent the feed. */
const MOST_REFUSALS = 1_000;
/** Products looked through at a time for those that a feed does not name. */
const TAKEN_OUT_AT_ONCE = 5_000;

/**
 * Imports feeds, some hundred rows a transaction, each of which also says where the next one goes on: whoever dies
 * in between has lost nothing and done nothing twice. Who was taken for dead and comes back finds that somebody else has
 * gone on, and stops.
 */
@Injectable()
export class FeedImporting {
  constructor(
    private readonly db: Database,
    private readonly repository: FeedsRepository,
    private readonly products: Products,
    private readonly productRows: ProductsRepository,
    private readonly workspaces: Workspaces,
    private readonly jobs: Jobs,
  ) {}

  /** Imports the next part of a feed; the last one ends it. */
  async run(scope: Scope, feedId: string): Promise<void> {
    const feed = await this.repository.find(scope, feedId);
    if (feed?.state !== 'waiting' && feed?.state !== 'importing') return;
    if (feed.state === 'waiting') await this.repository.setState(scope, feedId, 'importing');
    const ended = await this.importRows(scope, feed);
    if (ended === 'turn-over') return this.jobs.enqueue(scope, importFeed, { workspaceId: scope.workspaceId, feedId });
    if (ended === 'somebody-else-is-at-it') return;
    await this.end(scope, feedId, ended);
  }

  /** @returns why it has stopped; the error of a file that cannot be read any further, null at its end */
  private async importRows(
    scope: Scope,
    feed: Feed,
  ): Promise<'turn-over' | 'somebody-else-is-at-it' | FeedError | null> {
    const turn = new Turn(feed, (at, rows) => this.commit(scope, { feed, at, rows }));
    try {
      const progress = { prologue: feed.prologueBytes, offset: feed.importedBytes, line: feed.line };
      const file = (from: number, to?: number) => this.bytes(scope, feed.id, from, to);
      for await (const row of readFeed(feed.format, file, progress)) {
        if (!(await turn.add(row))) return 'somebody-else-is-at-it';
        if (turn.over) return 'turn-over';
      }
      return (await turn.flush()) ? null : 'somebody-else-is-at-it';
    } catch (error) {
      if (!(error instanceof BrokenFeed)) throw error;
      const { line, code, message: detail } = error;
      return (await turn.flush()) ? { line, code, detail } : 'somebody-else-is-at-it';
    }
  }

  private async *bytes(scope: Scope, feedId: string, from: number, to = Infinity): AsyncGenerator<Buffer> {
    for (let at = from; at < to;) {
      const part = await this.repository.part(scope, feedId, at);
      if (!part) return;
      const bytes = part.body.subarray(at - part.startsAt, Math.min(to - part.startsAt, part.body.length));
      yield bytes;
      at += bytes.length;
    }
  }

  /** @returns false, with nothing done, where the feed is not any more where these rows begin */
  private commit(scope: Scope, { feed, at, rows }: Batch): Promise<boolean> {
    return this.db.transaction(scope, async () => {
      const currency = await this.workspaces.holdCurrency(scope);
      const held = await this.repository.hold(scope, feed.id);
      if (held?.state !== 'importing' || held.importedBytes !== at) return false;
      const read = rows.map((row) => googleProduct(row, currency));
      const outcomes = await this.put(scope, read);
      await this.note(scope, held, rows, outcomes);
      if (feed.replace) {
        // A product whose row is wrong is in the feed all the same.
        await this.productRows.nameIn(scope, feed.id, rows.map(productIdOf).filter(isGiven));
      }
      return true;
    });
  }

  private async put(scope: Scope, read: readonly ReadRow[]): Promise<ProductOutcome[]> {
    const right = read.flatMap((one) => ('product' in one ? [one.product] : []));
    const outcomes = (await this.products.put(scope, right))[Symbol.iterator]();
    return read.map((one) => ('product' in one ? outcomes.next().value! : one.refusal));
  }

  private async note(
    scope: Scope,
    feed: Feed,
    rows: readonly FeedRow[],
    outcomes: readonly ProductOutcome[],
  ): Promise<void> {
    const refusals = outcomes.flatMap((outcome, at) =>
      typeof outcome === 'string' ? [] : [{ line: rows[at]!.line, ...outcome }],
    );
    const shown = refusals.slice(0, Math.max(0, MOST_REFUSALS - feed.refusedRows));
    if (shown.length > 0) await this.repository.addRefusals(scope, feed.id, feed.refusedRows + 1, shown);
    await this.repository.advance(scope, feed.id, advanceOf(rows, outcomes, refusals.length));
  }

  /** @param error null where all rows have been read */
  private async end(scope: Scope, feedId: string, error: FeedError | null): Promise<void> {
    const feed = await this.repository.find(scope, feedId);
    if (feed?.state !== 'importing') return;
    const reason = error ?? this.reasonToFail(feed);
    if (!reason && feed.replace) await this.takeOthersOut(scope, feed);
    await this.repository.finish(scope, feedId, reason);
  }

  /** A feed in which nothing is right is a mistake, and must not empty the shop. */
  private reasonToFail({ replace, created, updated, unchanged, line }: Feed): FeedError | null {
    if (!replace || created + updated + unchanged > 0) return null;
    const detail = 'No product could be read, so none was put out of stock.';
    return { line, code: 'products.feed_without_products', detail };
  }

  private async takeOthersOut(scope: Scope, feed: Feed): Promise<void> {
    const named = { id: feed.id, receivedAt: feed.receivedAt! };
    for (let after: string | undefined = ''; after !== undefined;) {
      const from: string = after;
      after = await this.db.transaction(scope, async () => {
        if ((await this.repository.hold(scope, feed.id))?.state !== 'importing') return undefined;
        await this.productRows.claim(scope);
        const { last, taken } = await this.productRows.takeOut(scope, named, from, TAKEN_OUT_AT_ONCE);
        if (taken > 0) await this.repository.addOutOfStock(scope, feed.id, taken);
        return last;
      });
    }
  }
}

interface Batch {
  feed: Feed;
  /** Byte of the file behind the rows before. */
  at: number;
  rows: FeedRow[];
}

/** The rows of one run, batch by batch. */
class Turn {
  private rows: FeedRow[] = [];
  private batches = 0;
  private at: number;

  /** @param commit answers false where somebody else has gone on */
  constructor(
    feed: Feed,
    private readonly commit: (at: number, rows: FeedRow[]) => Promise<boolean>,
  ) {
    this.at = feed.importedBytes;
  }

  get over(): boolean {
    return this.batches >= BATCHES_IN_A_TURN;
  }

  async add(row: FeedRow): Promise<boolean> {
    this.rows.push(row);
    return this.rows.length < BATCH || this.flush();
  }

  async flush(): Promise<boolean> {
    const { rows } = this;
    if (rows.length === 0) return true;
    this.rows = [];
    this.batches += 1;
    const committed = await this.commit(this.at, rows);
    this.at = rows.at(-1)!.end;
    return committed;
  }
}

function advanceOf(rows: readonly FeedRow[], outcomes: readonly ProductOutcome[], refusedRows: number): FeedAdvance {
  const { end, prologue, lineAfter } = rows.at(-1)!;
  const count = (wanted: ProductOutcome) => outcomes.filter((outcome) => outcome === wanted).length;
  return {
    ...{ prologueBytes: prologue, importedBytes: end, line: lineAfter, rows: rows.length, refusedRows },
    ...{ created: count('created'), updated: count('updated'), unchanged: count('unchanged') },
  };
}

function isGiven(text: string | undefined): text is string {
  return text !== undefined;
}
