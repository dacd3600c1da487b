import { sql, type Sql } from '#database';
import type { AmountBound, CountBound } from './bounds.js';
import { and, TRUE } from './logic.js';
import type { Question } from './question.js';

interface Limits {
  /** Decimal digits, because sums may not fit a double; undefined where it is 0, which always holds. */
  gte?: string;
  lte?: string;
}

/** What is asked of a number of things: how many, and what they sum up to. */
export interface Tally {
  count: Limits;
  total?: Limits;
  quantity?: Limits;
}

export interface Tallied {
  count: Sql;
  total?: Sql;
  quantity?: Sql;
}

export interface TallyFields {
  count?: CountBound;
  total?: AmountBound;
  quantity?: CountBound;
}

/** An absent count asks for at least one, also beside the others. */
export function tallyOf({ count = { gte: 1 }, total, quantity }: TallyFields, q: Question): Tally {
  return {
    count: limits(count, String),
    total: total && limits(total, (amount) => q.minor(amount)),
    quantity: quantity && limits(quantity, String),
  };
}

/** Whether it holds for somebody who has none of the things: sums of nothing are 0. */
export function holdsForNone({ count, total, quantity }: Tally): boolean {
  return [count, total, quantity].every((bound) => bound?.gte === undefined);
}

/** Whether all that is asked is that there is one. */
export function asksForAny(tally: Tally): boolean {
  return tally.count.gte === '1' && tally.count.lte === undefined && !tally.total && !tally.quantity;
}

/** The tally as SQL over what was counted; bounds on what is not given are left out. */
export function holds(tally: Tally, tallied: Tallied): Sql {
  return and(atLeast(tally, tallied), atMost(tally, tallied));
}

/** Its lower bounds only: more than what was counted satisfies them if what was counted does. */
export function atLeast(tally: Tally, tallied: Tallied): Sql {
  return and(
    ...bounds(tally, tallied, ({ gte }, value) => (gte === undefined ? TRUE : sql`${value} >= ${gte}::bigint`)),
  );
}

export function atMost(tally: Tally, tallied: Tallied): Sql {
  return and(
    ...bounds(tally, tallied, ({ lte }, value) => (lte === undefined ? TRUE : sql`${value} <= ${lte}::bigint`)),
  );
}

function bounds(tally: Tally, tallied: Tallied, toSql: (limits: Limits, value: Sql) => Sql): Sql[] {
  return (['count', 'total', 'quantity'] as const).map((key) => {
    const [limit, value] = [tally[key], tallied[key]];
    return limit && value ? toSql(limit, value) : TRUE;
  });
}

function limits({ gte, lte }: { gte?: number; lte?: number }, toText: (bound: number) => string): Limits {
  return { gte: gte ? toText(gte) : undefined, lte: lte === undefined ? undefined : toText(lte) };
}
