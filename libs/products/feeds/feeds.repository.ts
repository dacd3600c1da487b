import { Injectable } from '@nestjs/common';
import { Database, integers, sql, texts } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';
import type { FeedError, FeedFormat, FeedState } from './feed.entity.js';

/** A feed without its bytes; counts of bytes and lines are of the file. */
export interface Feed {
  id: string;
  format: FeedFormat;
  replace: boolean;
  state: FeedState;
  bytes: number;
  prologueBytes: number;
  importedBytes: number;
  line: number;
  rows: number;
  created: number;
  updated: number;
  unchanged: number;
  refusedRows: number;
  outOfStock: number;
  error: FeedError | null;
  createdAt: Date;
  receivedAt: Date | null;
  finishedAt: Date | null;
}

/** What reading some more rows has come to. */
export type FeedAdvance = Pick<Feed, 'prologueBytes' | 'importedBytes' | 'line'> &
  Record<'rows' | 'created' | 'updated' | 'unchanged' | 'refusedRows', number>;

const columns = sql`id, format, replaces as replace, state, bytes::float8 as bytes,
  prologue_bytes::float8 as "prologueBytes", imported_bytes::float8 as "importedBytes", line, rows, created, updated,
  unchanged, refused as "refusedRows", out_of_stock as "outOfStock", error, created_at as "createdAt",
  received_at as "receivedAt", finished_at as "finishedAt"`;

@Injectable()
export class FeedsRepository {
  constructor(private readonly db: Database) {}

  /** Lets nobody else begin a feed until the ambient transaction ends. */
  async claim(scope: WorkspaceRef): Promise<void> {
    const name = `product-feeds ${scope.workspaceId}`;
    await this.db.query(scope, sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
  }

  async unfinished(scope: WorkspaceRef): Promise<number> {
    const { count } = await this.db.one<{ count: number }>(
      scope,
      sql`select count(*)::int as count from product_feeds
           where workspace_id = ${scope.workspaceId} and state in ('receiving', 'waiting', 'importing')`,
    );
    return count;
  }

  async add(scope: Scope, feed: Pick<Feed, 'id' | 'format' | 'replace'>): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into product_feeds (workspace_id, id, format, replaces, state, created_at)
          values (${scope.workspaceId}, ${feed.id}, ${feed.format}, ${feed.replace}, 'receiving',
                  ${scope.clock.now().toISOString()}::timestamptz)`,
    );
  }

  find(scope: WorkspaceRef, id: string): Promise<Feed | undefined> {
    return this.db.maybeOne<Feed>(
      scope,
      sql`select ${columns} from product_feeds where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  /** The same, holding it until the ambient transaction ends. */
  hold(scope: WorkspaceRef, id: string): Promise<Feed | undefined> {
    return this.db.maybeOne<Feed>(
      scope,
      sql`select ${columns} from product_feeds where workspace_id = ${scope.workspaceId} and id = ${id} for update`,
    );
  }

  /** The latest first. @param before id of the last one seen */
  list(scope: WorkspaceRef, limit: number, before?: string): Promise<Feed[]> {
    return this.db.query<Feed>(
      scope,
      sql`select ${columns} from product_feeds
           where workspace_id = ${scope.workspaceId} and (${before ?? null}::uuid is null or id < ${before ?? null}::uuid)
           order by id desc limit ${limit}`,
    );
  }

  /** @returns false where the feed does not go on at this byte, or not at all */
  async append(scope: WorkspaceRef, id: string, at: number, body: Buffer): Promise<boolean> {
    const written = await this.db.execute(
      scope,
      sql`with fed as (
            update product_feeds set bytes = bytes + ${body.length}::bigint
             where workspace_id = ${scope.workspaceId} and id = ${id} and state = 'receiving' and bytes = ${at}::bigint
            returning id)
          insert into product_feed_parts (workspace_id, feed_id, starts_at, ends_at, body)
          select ${scope.workspaceId}, id, ${at}::bigint, ${at + body.length}::bigint, ${body} from fed`,
    );
    return written > 0;
  }

  /** The part that holds a byte, with where it begins; undefined behind the last one. */
  part(scope: WorkspaceRef, id: string, at: number): Promise<{ startsAt: number; body: Buffer } | undefined> {
    return this.db.maybeOne<{ startsAt: number; body: Buffer }>(
      scope,
      sql`select starts_at::float8 as "startsAt", body from product_feed_parts
           where workspace_id = ${scope.workspaceId} and feed_id = ${id} and ends_at > ${at}::bigint
           order by starts_at limit 1`,
    );
  }

  async setState(scope: Scope, id: string, state: 'waiting' | 'importing'): Promise<void> {
    await this.db.execute(
      scope,
      sql`update product_feeds
             set state = ${state}, received_at = coalesce(received_at, ${scope.clock.now().toISOString()}::timestamptz)
           where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  /** Also deletes the bytes that nobody will read again. */
  async advance(scope: WorkspaceRef, id: string, to: FeedAdvance): Promise<void> {
    await this.db.execute(
      scope,
      sql`update product_feeds
             set prologue_bytes = ${to.prologueBytes}::bigint, imported_bytes = ${to.importedBytes}::bigint,
                 line = ${to.line}::int, rows = rows + ${to.rows}::int, created = created + ${to.created}::int,
                 updated = updated + ${to.updated}::int, unchanged = unchanged + ${to.unchanged}::int,
                 refused = refused + ${to.refusedRows}::int
           where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
    await this.db.execute(
      scope,
      sql`delete from product_feed_parts
           where workspace_id = ${scope.workspaceId} and feed_id = ${id} and starts_at >= ${to.prologueBytes}::bigint
             and ends_at <= ${to.importedBytes}::bigint`,
    );
  }

  async addOutOfStock(scope: WorkspaceRef, id: string, products: number): Promise<void> {
    await this.db.execute(
      scope,
      sql`update product_feeds set out_of_stock = out_of_stock + ${products}::int
           where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  /** @param first number of the first of them */
  async addRefusals(scope: WorkspaceRef, id: string, first: number, refusals: readonly FeedError[]): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into product_feed_refusals (workspace_id, feed_id, number, line, code, detail)
          select ${scope.workspaceId}, ${id}, ${first}::int + n.number::int - 1, n.line, n.code, n.detail
            from unnest(${integers(refusals.map(({ line }) => line))}::integer[],
                        ${texts(refusals.map(({ code }) => code))}::text[],
                        ${texts(refusals.map(({ detail }) => detail))}::text[])
                 with ordinality as n (line, code, detail, number)`,
    );
  }

  /** In the order of the file. */
  refusals(scope: WorkspaceRef, id: string): Promise<FeedError[]> {
    return this.db.query<FeedError>(
      scope,
      sql`select line, code, detail from product_feed_refusals
           where workspace_id = ${scope.workspaceId} and feed_id = ${id} order by number`,
    );
  }

  /** Ends it and deletes its bytes. @param error null where it was imported to its end */
  async finish(scope: Scope, id: string, error: FeedError | null): Promise<void> {
    await this.db.execute(
      scope,
      sql`with bytes as (
            delete from product_feed_parts where workspace_id = ${scope.workspaceId} and feed_id = ${id})
          update product_feeds
             set state = ${error ? 'failed' : 'imported'}, error = ${error && JSON.stringify(error)}::jsonb,
                 imported_bytes = case when ${error === null} then bytes else imported_bytes end,
                 finished_at = ${scope.clock.now().toISOString()}::timestamptz
           where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  async delete(scope: WorkspaceRef, id: string): Promise<void> {
    await this.db.execute(
      scope,
      sql`delete from product_feeds where workspace_id = ${scope.workspaceId} and id = ${id}`,
    );
  }

  /** Of all workspaces: begun and not complete since, or finished before. */
  toForget(scope: null, begunBefore: Date, finishedBefore: Date): Promise<{ workspaceId: string; id: string }[]> {
    return this.db.call<{ workspaceId: string; id: string }>(
      scope,
      sql`select workspace_id as "workspaceId", id
            from lookup_product_feeds_to_forget(${begunBefore.toISOString()}, ${finishedBefore.toISOString()})`,
    );
  }
}
