import { empty, raw, sql, type Sql } from '#database';
import { ofHistory, type Compiled } from './compiled.js';
import { and, or, TRUE } from './logic.js';
import type { History } from './look-ups.js';
import { at, inPeriod, justBefore, type Question } from './question.js';
import { asksForAny, atLeast, atMost, holds, holdsForNone, type Tallied, type Tally } from './tally.js';
import type { Period } from './window.js';

/** Things that a member did, as the summary row and as arrays in order of time in a row of their own. */
export interface DatedHistory extends History {
  dates: Sql;
  /** Running sums beside the dates, if the things have any. */
  sums?: { total: Sql; quantity: Sql };
  /** The summary's columns. */
  lifetime: Tallied;
  first: Sql;
  last: Sql;
}

/** Questions of now leave only what happened since, or by clocks that are fast. */
const ABOUT_NOW = 3_600_000;

/**
 * A tally over a history. The summary decides who has nothing in the period and who has everything in it; sums only
 * grow, so it also knows what a part of a lifetime can come to at most. Only the rest has its arrays searched.
 */
export function tallyHistory(history: DatedHistory, tally: Tally, period: Period, q: Question): Compiled {
  const none = holdsForNone(tally);
  const bounds = none ? forSome(history, tally, period) : forMany(history, tally, period);
  const untilNow = period.to.getTime() > q.now.getTime() - ABOUT_NOW;
  const oneEnd = period.from === undefined || asksForAny(tally) || tally.count.lte === '0';
  const question = holds(tally, within(history, period));
  return ofHistory({ history, question, absent: none, rare: untilNow && oneEnd }, bounds);
}

/** What a member has in the period, as jsonb. */
export function historyActual(history: DatedHistory, period: Period, q: Question): Sql {
  const { count, total, quantity } = within(history, period);
  const sums = total && quantity ? sql`, 'total', ${q.money(total)}, 'quantity', ${quantity}` : empty;
  const nothing = total ? sql`'{"count": 0, "total": 0, "quantity": 0}'` : sql`'{"count": 0}'`;
  return sql`coalesce((select jsonb_build_object('count', ${count}${sums}) from ${raw(history.table)} ${raw(history.alias)}
    where ${q.rowsOf(history.alias)} and ${raw(history.alias)}.member_id = m.id), ${nothing}::jsonb)`;
}

/** Bounds of a tally that asks for something: who has nothing in the period is out. */
function forMany(history: DatedHistory, tally: Tally, period: Period) {
  const { lifetime } = history;
  const some = and(tally.count.gte ? TRUE : sql`${lifetime.count} > 0`, reaches(history, period));
  const upper = atMost(tally, lifetime);
  const possible = and(
    some,
    atLeast(tally, lifetime),
    upper === TRUE ? TRUE : or(sql`not ${allIn(history, period)}`, upper),
  );
  if (asksForAny(tally)) return { possible, certain: endsIn(history, period) };
  return { possible, certain: and(allIn(history, period), holds(tally, lifetime)) };
}

/** Bounds of a tally without lower bounds: who has nothing in the period is in. */
function forSome(history: DatedHistory, tally: Tally, period: Period) {
  const { lifetime } = history;
  const upper = atMost(tally, lifetime);
  const nothing = sql`not (${lifetime.count} > 0 and ${reaches(history, period)})`;
  const certain = or(nothing, upper);
  const unknown = sql`not ${allIn(history, period)}`;
  const notAny = tally.count.lte === '0' ? sql`not ${endsIn(history, period)}` : TRUE;
  return { possible: and(or(unknown, upper), notAny), certain };
}

/** Something may lie in the period. Not null where there is anything at all; asked only after that. */
function reaches({ first, last }: DatedHistory, { from, to }: Period): Sql {
  return and(from ? sql`${last} >= ${at(from)}` : TRUE, sql`${first} < ${at(to)}`);
}

/** There is something, and all of it lies in the period. */
function allIn({ lifetime, first, last }: DatedHistory, { from, to }: Period): Sql {
  return sql`(${and(sql`${lifetime.count} > 0`, sql`${last} < ${at(to)}`, from ? sql`${first} >= ${at(from)}` : TRUE)})`;
}

/** The first or the last lies in the period. */
function endsIn({ lifetime, first, last }: DatedHistory, period: Period): Sql {
  return sql`(${lifetime.count} > 0 and (${inPeriod(last, period)} or ${inPeriod(first, period)}))`;
}

/** Counts and sums in the period, from the arrays: two searches and two subtractions. */
function within({ dates, sums }: DatedHistory, { from, to }: Period): Tallied {
  const end = sql`width_bucket(${justBefore(to)}, ${dates})`;
  const start = from && sql`width_bucket(${justBefore(from)}, ${dates})`;
  const between = (values: Sql) =>
    start
      ? sql`(coalesce(${values}[${end}], 0) - coalesce(${values}[${start}], 0))`
      : sql`coalesce(${values}[${end}], 0)`;
  return {
    count: start ? sql`(${end} - ${start})` : end,
    total: sums && between(sums.total),
    quantity: sums && between(sums.quantity),
  };
}
