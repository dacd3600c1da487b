import { empty, sql, type Sql } from '#database';
import { fromSummary, memberOf, noneOf, type Compiled } from './compiled.js';
import { not, TRUE } from './logic.js';
import type { Question } from './question.js';
import { holds, holdsForNone, type Tallied, type Tally } from './tally.js';

/** Things that members did, one row each, already narrowed to those that match. */
export interface Rows {
  /** `from … where …`. */
  from: Sql;
  member: Sql;
  /** Aggregates over one member's rows. */
  tallied: Tallied;
}

/**
 * A tally over rows: one set of members for the whole statement. A tally that holds for those who have no row selects
 * whoever is not in the set of its exceptions.
 */
export function tallyRows({ from, member, tallied }: Rows, tally: Tally): Compiled {
  // A group has at least one row.
  const groups: Tally = tally.count.gte === '1' ? { ...tally, count: { lte: tally.count.lte } } : tally;
  const wanted = holds(groups, tallied);
  if (!holdsForNone(tally)) return memberOf({ member, from, having: wanted === TRUE ? undefined : wanted });
  if (wanted === TRUE) return fromSummary(TRUE);
  // At most none: whoever has a row is an exception.
  return noneOf(memberOf({ member, from, having: tally.count.lte === '0' ? undefined : not(wanted) }));
}

/** What one member's rows come to, as jsonb. */
export function rowsActual({ from, member, tallied: { count, total, quantity } }: Rows, q: Question): Sql {
  const zero = (sum: Sql) => sql`coalesce(${sum}, 0)`;
  const sums = total && quantity ? sql`, 'total', ${q.money(zero(total))}, 'quantity', ${zero(quantity)}` : empty;
  return sql`(select jsonb_build_object('count', ${count}${sums}) ${from} and ${member} = m.id)`;
}
