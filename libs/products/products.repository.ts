import { Injectable } from '@nestjs/common';
import { bigints, Database, integers, sql, texts, type Sql } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';
import type { Product } from './product.js';

/** A product as it is stored. */
export interface StoredProduct extends Product {
  /** products.id */
  id: string;
  updatedAt: Date;
}

type Record = Omit<StoredProduct, 'price' | 'salePrice'> & { price: string; salePrice: string | null };

const columns = sql`p.id, p.product_id as "productId", p.name, p.category, p.price, p.sale_price as "salePrice",
  p.image_url as "imageUrl", p.url, p.stock, p.availability, p.updated_at as "updatedAt"`;

@Injectable()
export class ProductsRepository {
  constructor(private readonly db: Database) {}

  /** Lets nobody else write products of the workspace until the ambient transaction ends. */
  async claim(scope: WorkspaceRef): Promise<void> {
    const name = `products ${scope.workspaceId}`;
    await this.db.query(scope, sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
  }

  async find(scope: WorkspaceRef, productIds: readonly string[]): Promise<StoredProduct[]> {
    const rows = await this.db.query<Record>(
      scope,
      sql`select ${columns} from unnest(${texts(productIds)}::text[]) as n (product_id)
           cross join lateral (select * from products
                                where workspace_id = ${scope.workspaceId} and product_id = n.product_id limit 1) p`,
    );
    return rows.map(read);
  }

  /** In the order of their ids. @param after the company's id of the last one seen */
  async list(scope: WorkspaceRef, limit: number, after = ''): Promise<StoredProduct[]> {
    const rows = await this.db.query<Record>(
      scope,
      sql`select ${columns} from products p
           where workspace_id = ${scope.workspaceId} and product_id > ${after} order by product_id limit ${limit}`,
    );
    return rows.map(read);
  }

  /** The company's ids by products.id. */
  async named(scope: WorkspaceRef, ids: readonly string[]): Promise<Map<string, string>> {
    const rows = await this.db.query<{ id: string; productId: string }>(
      scope,
      sql`select id, product_id as "productId" from products
           where workspace_id = ${scope.workspaceId} and id = any(${bigints(ids)}::bigint[])`,
    );
    return new Map(rows.map(({ id, productId }) => [id, productId]));
  }

  /** @returns products.id by the company's id */
  async add(scope: Scope, products: readonly Product[]): Promise<Map<string, string>> {
    const rows = await this.db.query<{ id: string; productId: string }>(
      scope,
      sql`insert into products (workspace_id, product_id, name, category, price, sale_price, image_url, url, stock,
                                availability, updated_at)
          select ${scope.workspaceId}, n.*, ${scope.clock.now().toISOString()}::timestamptz from ${written(products)}
          returning id, product_id as "productId"`,
    );
    return new Map(rows.map(({ id, productId }) => [productId, id]));
  }

  async update(scope: Scope, products: readonly Product[]): Promise<void> {
    await this.db.execute(
      scope,
      sql`update products p
             set name = n.name, category = n.category, price = n.price, sale_price = n.sale_price,
                 image_url = n.image_url, url = n.url, stock = n.stock, availability = n.availability,
                 updated_at = ${scope.clock.now().toISOString()}::timestamptz
            from ${written(products)}
           where p.workspace_id = ${scope.workspaceId} and p.product_id = n.product_id`,
    );
  }

  /** Notes that a feed named them, whatever it said. */
  async nameIn(scope: WorkspaceRef, feedId: string, productIds: readonly string[]): Promise<void> {
    await this.db.execute(
      scope,
      sql`update products set feed_id = ${feedId}
           where workspace_id = ${scope.workspaceId} and product_id = any(${texts(productIds)}::text[])`,
    );
  }

  /**
   * Of the next `limit` products after one, puts those out of stock that a feed has not named and that nobody has stated
   * since it came.
   * @returns where it got to, undefined at the end, and how many it put out of stock
   */
  async takeOut(
    scope: Scope,
    feed: { id: string; receivedAt: Date },
    after: string,
    limit: number,
  ): Promise<{ last: string | undefined; taken: number }> {
    const row = await this.db.one<{ last: string | null; taken: number }>(
      scope,
      sql`with next as (
            select * from products where workspace_id = ${scope.workspaceId} and product_id > ${after}
             order by product_id limit ${limit}),
          taken as (
            update products p
               set availability = 'out_of_stock', stock = case when p.stock is null then null else 0 end,
                   updated_at = ${scope.clock.now().toISOString()}::timestamptz
              from next n
             where p.workspace_id = ${scope.workspaceId} and p.product_id = n.product_id
               and n.feed_id is distinct from ${feed.id}::uuid and n.updated_at <= ${feed.receivedAt.toISOString()}::timestamptz
               and (n.availability <> 'out_of_stock' or n.stock <> 0)
            returning 1)
          select (select max(product_id) from next) as last, (select count(*)::int from taken) as taken`,
    );
    return { last: row.last ?? undefined, taken: row.taken };
  }

  /** Whether an amount of money is stored. */
  async hasAmounts(scope: WorkspaceRef): Promise<boolean> {
    const { stored } = await this.db.one<{ stored: boolean }>(
      scope,
      sql`select exists (select from products where workspace_id = ${scope.workspaceId}) as stored`,
    );
    return stored;
  }
}

function written(products: readonly Product[]): Sql {
  const column = (name: 'productId' | 'name' | 'category' | 'imageUrl' | 'url' | 'availability') =>
    texts(products.map((product) => product[name]));
  return sql`unnest(${column('productId')}::text[], ${column('name')}::text[], ${column('category')}::text[],
      ${bigints(products.map(({ price }) => price))}::bigint[],
      ${bigints(products.map(({ salePrice }) => salePrice))}::bigint[], ${column('imageUrl')}::text[],
      ${column('url')}::text[], ${integers(products.map(({ stock }) => stock))}::integer[],
      ${column('availability')}::text[])
    as n (product_id, name, category, price, sale_price, image_url, url, stock, availability)`;
}

function read({ price, salePrice, ...product }: Record): StoredProduct {
  return { ...product, price: BigInt(price), salePrice: salePrice === null ? null : BigInt(salePrice) };
}
