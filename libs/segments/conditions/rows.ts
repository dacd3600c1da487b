import { empty, sql, type Sql } from '#database';
import { fromSummary, memberOf, noneOf, type Compiled } from './compiled.js';
import { not, TRUE } from './logic.js';
import type { Question } from './question.js';
import { holds, holdsForNone, type Tally } from './tally.js';

/** Things that members did, one row each, already narrowed to those that match. */
export interface Rows {
  /** `from … where …`. */
  from: Sql;
  member: Sql;
  /** How many of one member's rows count, as an aggregate. */
  count: Sql;
  /** Columns to sum up. */
  total?: Sql;
  quantity?: Sql;
}

/**
 * A tally over rows: one set of members for the whole statement. A tally that holds for those who have no row selects
 * whoever is not in the set of its exceptions.
 */
export function tallyRows({ from, member, count, total, quantity }: Rows, tally: Tally): Compiled {
  // A group has at least one row.
  const groups: Tally = tally.count.gte === '1' ? { ...tally, count: { lte: tally.count.lte } } : tally;
  const wanted = holds(groups, { count, total: total && fastSum(total), quantity: quantity && fastSum(quantity) });
  if (!holdsForNone(tally)) return memberOf({ member, from, having: wanted === TRUE ? undefined : wanted });
  if (wanted === TRUE) return fromSummary(TRUE);
  // At most none: whoever has a row is an exception.
  return noneOf(memberOf({ member, from, having: tally.count.lte === '0' ? undefined : not(wanted) }));
}

/** What one member's rows come to, as jsonb. */
export function rowsActual({ from, member, count, total, quantity }: Rows, q: Question): Sql {
  const sum = (column: Sql) => sql`coalesce(sum(${column}), 0)`;
  const sums = total && quantity ? sql`, 'total', ${q.money(sum(total))}, 'quantity', ${sum(quantity)}` : empty;
  return sql`(select jsonb_build_object('count', ${count}${sums}) ${from} and ${member} = m.id)`;
}

/**
 * A sum that is only compared with bounds. Doubles add up whole numbers exactly below 2^53, which no bound reaches; above
 * it they stay above, because nothing negative is added. Summing bigints, Postgres keeps 128 bits for each group.
 */
function fastSum(column: Sql): Sql {
  return sql`sum(${column}::float8)`;
}
