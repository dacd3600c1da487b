import { Injectable } from '@nestjs/common';
import { bigints, Database, instants, prepared, sql } from '#database';
import type { Scope } from '#kernel';
import type { PurchaseSummary } from '#members';

/** A counted order at the end of its member's history, with the running sums up to and including it. */
export interface HistoryEntry {
  memberId: string;
  /** Milliseconds since 1970. */
  orderedAt: number;
  totalSum: bigint;
  quantitySum: bigint;
}

@Injectable()
export class PurchaseHistoriesRepository {
  constructor(private readonly db: Database) {}

  /** Adds entries, in order of time within each member, that are not earlier than what is there. */
  async append(scope: Scope, entries: HistoryEntry[]): Promise<void> {
    await this.db.execute(
      scope,
      prepared(sql`insert into purchase_histories as h (workspace_id, member_id, ordered_at, total_sums, quantity_sums)
          select ${scope.workspaceId}, n.member_id, array_agg(n.ordered_at order by n.place),
                 array_agg(n.total order by n.place), array_agg(n.quantity order by n.place)
            from unnest(${bigints(entries.map((e) => e.memberId))}::bigint[],
                        ${instants(entries.map((e) => e.orderedAt))}::timestamptz[],
                        ${bigints(entries.map((e) => e.totalSum))}::bigint[],
                        ${bigints(entries.map((e) => e.quantitySum))}::bigint[])
                   with ordinality as n (member_id, ordered_at, total, quantity, place)
           group by n.member_id
          on conflict (workspace_id, member_id) do update
             set ordered_at = h.ordered_at || excluded.ordered_at, total_sums = h.total_sums || excluded.total_sums,
                 quantity_sums = h.quantity_sums || excluded.quantity_sums`),
    );
  }

  /** Makes histories anew from the orders. @returns what they come to; members without a counted order are missing */
  async rebuild(scope: Scope, memberIds: string[]): Promise<PurchaseSummary[]> {
    type Row = Omit<PurchaseSummary, 'total' | 'quantity'> & { total: string; quantity: string };
    const rows = await this.db.query<Row>(
      scope,
      sql`with running as (
            select member_id, ordered_at, id, sum(net_total) over w as total, sum(net_quantity) over w as quantity
              from orders where workspace_id = ${scope.workspaceId} and member_id = any(${bigints(memberIds)}::bigint[]) and counted
            window w as (partition by member_id order by ordered_at, id rows unbounded preceding)),
          histories as (
            select member_id, array_agg(ordered_at order by ordered_at, id) as ordered_at,
                   array_agg(total::bigint order by ordered_at, id) as total_sums,
                   array_agg(quantity::bigint order by ordered_at, id) as quantity_sums
              from running group by member_id),
          emptied as (
            delete from purchase_histories
             where workspace_id = ${scope.workspaceId} and member_id = any(${bigints(memberIds)}::bigint[])
               and member_id not in (select member_id from histories)),
          written as (
            insert into purchase_histories (workspace_id, member_id, ordered_at, total_sums, quantity_sums)
            select ${scope.workspaceId}, * from histories
            on conflict (workspace_id, member_id) do update
               set ordered_at = excluded.ordered_at, total_sums = excluded.total_sums,
                   quantity_sums = excluded.quantity_sums)
          select member_id as "memberId", cardinality(ordered_at) as count, total_sums[cardinality(ordered_at)] as total,
                 quantity_sums[cardinality(ordered_at)] as quantity,
                 round(date_part('epoch', ordered_at[1]) * 1000) as "firstAt",
                 round(date_part('epoch', ordered_at[cardinality(ordered_at)]) * 1000) as "lastAt"
            from histories`,
    );
    return rows.map((row) => ({ ...row, total: BigInt(row.total), quantity: BigInt(row.quantity) }));
  }
}
