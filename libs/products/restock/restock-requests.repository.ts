import { Injectable } from '@nestjs/common';
import { bigints, Database, sql, texts } from '#database';
import type { Scope, WorkspaceRef } from '#kernel';

/** A member's wish to hear when a product is back. */
export interface RestockRequest {
  productId: string;
  askedAt: Date;
}

/** Somebody who waits for a product. */
export interface Waiting {
  /** The place in the order of asking, to go on after. */
  id: string;
  /** members.id */
  memberId: string;
  askedAt: Date;
}

@Injectable()
export class RestockRequestsRepository {
  constructor(private readonly db: Database) {}

  /** Lets nobody else add to a member's requests until the ambient transaction ends. */
  async claim(scope: WorkspaceRef, memberId: string): Promise<void> {
    const name = `restock-requests ${scope.workspaceId} ${memberId}`;
    await this.db.query(scope, sql`select pg_advisory_xact_lock(hashtextextended(${name}, 0))`);
  }

  find(scope: WorkspaceRef, memberId: string, productId: string): Promise<RestockRequest | undefined> {
    return this.db.maybeOne<RestockRequest>(
      scope,
      sql`select product_id as "productId", asked_at as "askedAt" from restock_requests
           where workspace_id = ${scope.workspaceId} and member_id = ${memberId} and product_id = ${productId}`,
    );
  }

  async count(scope: WorkspaceRef, memberId: string): Promise<number> {
    const { count } = await this.db.one<{ count: number }>(
      scope,
      sql`select count(*)::int as count from restock_requests
           where workspace_id = ${scope.workspaceId} and member_id = ${memberId}`,
    );
    return count;
  }

  add(scope: Scope, memberId: string, productId: string): Promise<RestockRequest> {
    return this.db.one<RestockRequest>(
      scope,
      sql`insert into restock_requests (workspace_id, member_id, product_id, asked_at)
          values (${scope.workspaceId}, ${memberId}, ${productId}, ${scope.clock.now().toISOString()}::timestamptz)
          returning product_id as "productId", asked_at as "askedAt"`,
    );
  }

  /** In the order of the products' ids. */
  list(scope: WorkspaceRef, memberId: string, limit: number, after: string): Promise<RestockRequest[]> {
    return this.db.query<RestockRequest>(
      scope,
      sql`select product_id as "productId", asked_at as "askedAt" from restock_requests
           where workspace_id = ${scope.workspaceId} and member_id = ${memberId} and product_id > ${after}
           order by product_id limit ${limit}`,
    );
  }

  /** Ends requests; that they were there is kept. @returns how many */
  end(scope: Scope, productId: string, memberIds: readonly string[]): Promise<number> {
    return this.db.execute(
      scope,
      sql`with gone as (
            delete from restock_requests
             where workspace_id = ${scope.workspaceId} and product_id = ${productId}
               and member_id = any(${bigints(memberIds)}::bigint[])
            returning workspace_id, member_id, product_id, id, asked_at)
          insert into ended_restock_requests (workspace_id, member_id, product_id, id, asked_at, ended_at)
          select *, ${scope.clock.now().toISOString()}::timestamptz from gone`,
    );
  }

  /** Keeps that products came back. @param productIds products.id */
  async keepRestocks(scope: Scope, productIds: readonly string[]): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into product_restocks (workspace_id, restocked_at, product_id)
          select ${scope.workspaceId}, ${scope.clock.now().toISOString()}::timestamptz, n.*
            from unnest(${bigints(productIds)}::bigint[]) as n on conflict do nothing`,
    );
  }

  /** In the order in which they asked. */
  waiting(scope: WorkspaceRef, productId: string, limit: number, after: string): Promise<Waiting[]> {
    return this.db.query<Waiting>(
      scope,
      sql`select id, member_id as "memberId", asked_at as "askedAt" from restock_requests
           where workspace_id = ${scope.workspaceId} and product_id = ${productId} and id > ${after}::bigint
           order by id limit ${limit}`,
    );
  }

  /** Those of some products that anybody waits for. */
  async wanted(scope: WorkspaceRef, productIds: readonly string[]): Promise<string[]> {
    if (productIds.length === 0) return [];
    const rows = await this.db.query<{ productId: string }>(
      scope,
      sql`select n.product_id as "productId" from unnest(${texts(productIds)}::text[]) as n (product_id)
           where exists (select from restock_requests
                          where workspace_id = ${scope.workspaceId} and product_id = n.product_id)`,
    );
    return rows.map(({ productId }) => productId);
  }
}
