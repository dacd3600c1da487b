import { sql, type Sql } from '#database';

/** Columns or values of the floor that asks. */
export interface PurchaseQuestion {
  workspaceId: Sql;
  /** members.id */
  memberId: Sql;
  from: Sql;
  to: Sql;
}

/** Whether a member has an order that counts, from one instant up to but not including another, as a condition in SQL. */
export function purchasedBetween({ workspaceId, memberId, from, to }: PurchaseQuestion): Sql {
  return sql`exists (select from orders bought
                      where bought.workspace_id = ${workspaceId} and bought.member_id = ${memberId} and bought.counted
                        and bought.ordered_at >= ${from} and bought.ordered_at < ${to})`;
}
