import { Injectable } from '@nestjs/common';
import { bigints, booleans, Database, instants, integers, prepared, smallints, sql, texts, type Sql } from '#database';
import type { Scope } from '#kernel';
import type { Line, Refunded } from './net.js';
import type { Settled } from './settlement.js';
import type { OrderRefund, OrderState } from './statement.js';

interface StateRow {
  orderId: string;
  number: string;
  member: string;
  orderedAt: number | null;
  storeId: number | null;
  total: string | null;
  lines: Line[];
  refunds: { member: string; total: number; returned: Record<string, number> }[];
}

/** Inside ids of members, by external id. */
type Ids = ReadonlyMap<string, string>;

@Injectable()
export class OrdersRepository {
  constructor(private readonly db: Database) {}

  /** Orders as they are stored, with lines and refunds; by order id. */
  async read(scope: Scope, orderIds: string[]): Promise<Map<string, OrderState>> {
    const rows = await this.db.query<StateRow>(
      scope,
      sql`select o.order_id as "orderId", o.id as number, m.external_id as member,
                 round(date_part('epoch', o.ordered_at) * 1000) as "orderedAt", o.store_id as "storeId",
                 o.stated_total as total, coalesce(l.lines, '[]') as lines, coalesce(r.refunds, '[]') as refunds
            from unnest(${texts(orderIds)}::text[]) as n (order_id)
           cross join lateral (select * from orders
                                where workspace_id = ${scope.workspaceId} and order_id = n.order_id limit 1) o
           cross join lateral (select external_id from members
                                where workspace_id = ${scope.workspaceId} and id = o.member_id limit 1) m
           cross join lateral (
             select json_agg(json_build_object('line', line, 'productId', product_id, 'categoryId', category_id,
                                               'quantity', quantity, 'total', total) order by line) as lines
               from order_lines
              where workspace_id = ${scope.workspaceId} and member_id = o.member_id and order_number = o.id) l
           cross join lateral (
             select json_agg(json_build_object('member', external_id, 'total', total, 'returned', returned)) as refunds
               from order_refunds f
               join members on members.workspace_id = f.workspace_id and members.id = f.member_id
              where f.workspace_id = ${scope.workspaceId} and f.order_id = o.order_id) r`,
    );
    return new Map(rows.map((row) => [row.orderId, toState(row)]));
  }

  /** The first of a thousand numbers that nobody else gets. */
  async nextBlock(scope: Scope): Promise<number> {
    const row = await this.db.one<{ first: string }>(scope, sql`select nextval('orders_id_seq') as first`);
    return Number(row.first);
  }

  /** Writes new orders, which have numbers, and their lines. @throws an error of Postgres where one is there already */
  async place(scope: Scope, orders: Settled[], ids: Ids): Promise<void> {
    await this.db.execute(
      scope,
      prepared(sql`with placed as (
            insert into orders (workspace_id, order_id, id, member_id, ordered_at, store_id, stated_total, net_total,
                                net_quantity, counted)
            overriding system value
            select ${scope.workspaceId}, n.* from ${columns(orders, ids)})
          ${insertLines(scope, orders, ids)}`),
    );
  }

  /** Rewrites stored orders and their lines. @returns how many of them were still the same member's, or nobody's */
  async change(scope: Scope, orders: Settled[], ids: Ids): Promise<number> {
    await this.db.execute(
      scope,
      sql`delete from order_lines l
           using unnest(${texts(orders.map((o) => o.orderId))}::text[]) as n (order_id)
           cross join lateral (select id, member_id from orders
                                where workspace_id = ${scope.workspaceId} and order_id = n.order_id limit 1) o
           where l.workspace_id = ${scope.workspaceId} and l.member_id = o.member_id and l.order_number = o.id`,
    );
    const changed = await this.db.execute(
      scope,
      sql`update orders o
             set member_id = n.member_id, ordered_at = n.ordered_at, store_id = n.store_id, stated_total = n.stated_total,
                 net_total = n.net_total, net_quantity = n.net_quantity, counted = n.counted
            from ${columns(orders, ids)}
           where o.workspace_id = ${scope.workspaceId} and o.order_id = n.order_id
             and (o.member_id = n.member_id or o.ordered_at is null)`,
    );
    await this.db.execute(scope, insertLines(scope, orders, ids));
    return changed;
  }

  /** Holds a place for orders of which only refunds are known. @throws an error of Postgres where one has a place */
  async await(scope: Scope, orders: { orderId: string; member: string }[], ids: Ids): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into orders (workspace_id, order_id, member_id)
          select ${scope.workspaceId}, n.*
            from unnest(${texts(orders.map((o) => o.orderId))}::text[],
                        ${bigints(orders.map((o) => idOf(o, ids)))}::bigint[]) n`,
    );
  }

  async writeRefunds(scope: Scope, refunds: OrderRefund[], ids: Ids): Promise<void> {
    await this.db.execute(
      scope,
      sql`insert into order_refunds (workspace_id, order_id, member_id, total, returned)
          select ${scope.workspaceId}, n.*
            from unnest(${texts(refunds.map((r) => r.orderId))}::text[],
                        ${bigints(refunds.map((r) => idOf(r, ids)))}::bigint[],
                        ${bigints(refunds.map((r) => r.refunded.total))}::bigint[],
                        ${texts(refunds.map((r) => toJson(r.refunded.returned)))}::text[]::jsonb[]) n
          on conflict (workspace_id, order_id, member_id) do update
             set total = excluded.total, returned = excluded.returned`,
    );
  }
}

function insertLines(scope: Scope, orders: Settled[], ids: Ids): Sql {
  const lines = orders.flatMap((order) => order.net.lines.map((line) => ({ order, line })));
  return sql`
    insert into order_lines (workspace_id, order_number, line, member_id, ordered_at, product_id, category_id, store_id,
                             quantity, total)
    select ${scope.workspaceId}, n.*
      from unnest(${bigints(lines.map(({ order }) => order.number))}::bigint[],
                  ${smallints(lines.map(({ line }) => line.line))}::smallint[],
                  ${bigints(lines.map(({ order }) => idOf(order, ids)))}::bigint[],
                  ${instants(lines.map(({ order }) => order.orderedAt))}::timestamptz[],
                  ${integers(lines.map(({ line }) => line.productId))}::integer[],
                  ${integers(lines.map(({ line }) => line.categoryId))}::integer[],
                  ${integers(lines.map(({ order }) => order.storeId))}::integer[],
                  ${bigints(lines.map(({ line }) => line.quantity))}::bigint[],
                  ${bigints(lines.map(({ line }) => line.total))}::bigint[]) n`;
}

function columns(orders: Settled[], ids: Ids): Sql {
  return sql`unnest(${texts(orders.map((o) => o.orderId))}::text[], ${bigints(orders.map((o) => o.number))}::bigint[],
                    ${bigints(orders.map((o) => idOf(o, ids)))}::bigint[], ${instants(orders.map((o) => o.orderedAt))}::timestamptz[],
                    ${integers(orders.map((o) => o.storeId))}::integer[], ${bigints(orders.map((o) => o.total))}::bigint[],
                    ${bigints(orders.map((o) => o.net.total))}::bigint[],
                    ${bigints(orders.map((o) => o.net.quantity))}::bigint[],
                    ${booleans(orders.map((o) => o.net.counted))}::boolean[])
               as n (order_id, number, member_id, ordered_at, store_id, stated_total, net_total, net_quantity, counted)`;
}

function idOf({ member }: { member: string }, ids: Ids): string {
  return ids.get(member)!;
}

function toState({ number, total, refunds, ...row }: StateRow): OrderState {
  return {
    ...row,
    number: Number(number),
    total: Number(total),
    refunds: new Map(refunds.map((r) => [r.member, toRefunded(r)])),
  };
}

function toRefunded({ total, returned }: StateRow['refunds'][number]): Refunded {
  return { total, returned: new Map(Object.entries(returned).map(([product, units]) => [Number(product), units])) };
}

function toJson(returned: Map<number, number>): string {
  return JSON.stringify(Object.fromEntries(returned));
}
