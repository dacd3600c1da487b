import { Injectable } from '@nestjs/common';
import { bigints, Database, instants, integers, sql, texts } from '#database';
import type { Scope } from '#kernel';
import type { AddedTo, PurchaseSummary, SummaryAddition } from './summary.js';

/** The summary of members, kept by the floors that know what members do. */
@Injectable()
export class MemberSummaries {
  constructor(private readonly db: Database) {}

  /**
   * Adds to summaries and holds their members until the ambient transaction ends; members that do not exist are made.
   * One upsert does all of it, in the order in which everybody holds members: that of their external ids. It finds them
   * by the unique key whatever the planner believes about the table, which is young and wrong when it matters most.
   * @returns by external id
   */
  async add(scope: Scope, additions: SummaryAddition[]): Promise<Map<string, AddedTo>> {
    type Row = AddedTo & { externalId: string; purchaseTotal: string; purchaseQuantity: string };
    // Epochs are doubles: exact to far below the millisecond to which they are rounded.
    const rows = await this.db.query<Row>(
      scope,
      sql`insert into members as m (workspace_id, created_at, external_id, visit_count, first_visit_at, last_visit_at,
                                    purchase_count, purchase_total, purchase_quantity, first_purchase_at, last_purchase_at)
          select ${scope.workspaceId}, ${scope.clock.now().toISOString()}::timestamptz, n.*
            from unnest(${texts(additions.map((a) => a.externalId))}::text[],
                        ${integers(additions.map((a) => a.visits))}::integer[],
                        ${instants(additions.map((a) => a.firstVisitAt))}::timestamptz[],
                        ${instants(additions.map((a) => a.lastVisitAt))}::timestamptz[],
                        ${integers(additions.map((a) => a.purchases))}::integer[],
                        ${bigints(additions.map((a) => a.total))}::bigint[],
                        ${bigints(additions.map((a) => a.quantity))}::bigint[],
                        ${instants(additions.map((a) => a.firstPurchaseAt))}::timestamptz[],
                        ${instants(additions.map((a) => a.lastPurchaseAt))}::timestamptz[]) as n (external_id)
           order by n.external_id collate "C"
          on conflict (workspace_id, external_id) do update
             set visit_count = m.visit_count + excluded.visit_count,
                 first_visit_at = least(m.first_visit_at, excluded.first_visit_at),
                 last_visit_at = greatest(m.last_visit_at, excluded.last_visit_at),
                 purchase_count = m.purchase_count + excluded.purchase_count,
                 purchase_total = m.purchase_total + excluded.purchase_total,
                 purchase_quantity = m.purchase_quantity + excluded.purchase_quantity,
                 first_purchase_at = least(m.first_purchase_at, excluded.first_purchase_at),
                 last_purchase_at = greatest(m.last_purchase_at, excluded.last_purchase_at)
          returning new.id as "memberId", new.external_id as "externalId",
                    round(date_part('epoch', old.last_purchase_at) * 1000) as "lastPurchaseAt",
                    new.purchase_total as "purchaseTotal", new.purchase_quantity as "purchaseQuantity"`,
    );
    return new Map(
      rows.map(({ externalId, purchaseTotal, purchaseQuantity, ...row }) => [
        externalId,
        { ...row, purchaseTotal: BigInt(purchaseTotal), purchaseQuantity: BigInt(purchaseQuantity) },
      ]),
    );
  }

  /** Writes what all purchases come to, of members who are held. */
  async writePurchases(scope: Scope, summaries: PurchaseSummary[]): Promise<void> {
    await this.db.execute(
      scope,
      sql`update members m
             set purchase_count = n.count, purchase_total = n.total, purchase_quantity = n.quantity,
                 first_purchase_at = n.first_at, last_purchase_at = n.last_at
            from unnest(${bigints(summaries.map((s) => s.memberId))}::bigint[],
                        ${integers(summaries.map((s) => s.count))}::integer[],
                        ${bigints(summaries.map((s) => s.total))}::bigint[],
                        ${bigints(summaries.map((s) => s.quantity))}::bigint[],
                        ${instants(summaries.map((s) => s.firstAt))}::timestamptz[],
                        ${instants(summaries.map((s) => s.lastAt))}::timestamptz[])
                   as n (id, count, total, quantity, first_at, last_at)
           where m.workspace_id = ${scope.workspaceId} and m.id = n.id`,
    );
  }
}
