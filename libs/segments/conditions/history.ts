import { empty, raw, sql, type Sql } from '#database';
import { ofHistory, type Compiled } from './compiled.js';
import { and, not, or, TRUE } from './logic.js';
import type { History } from './look-ups.js';
import { inPeriod, type AskedPeriod } from './moments.js';
import type { Question } from './question.js';
import { asksForAny, atLeast, atMost, holds, holdsForNone, type Tallied, type Tally } from './tally.js';

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

/** A tally over a history in a period. */
interface Asked {
  history: DatedHistory;
  tally: Tally;
  /** Where next to nothing lies behind it, bounds leave the first date alone, which costs to read. */
  period: AskedPeriod;
}

/**
 * A tally over a history. The summary decides who has nothing in the period and who has everything in it; sums only
 * grow, so it also knows what a part of a lifetime can come to at most. Only the rest has its arrays searched.
 */
export function tallyHistory(history: DatedHistory, tally: Tally, period: AskedPeriod): Compiled {
  const asked = { history, tally, period };
  const none = holdsForNone(tally);
  const oneEnd = period.from === undefined || asksForAny(tally) || tally.count.lte === '0';
  const question = holds(tally, within(history, period));
  return ofHistory(
    { history, question, absent: none, open: period.untilNow && oneEnd ? liesBehind(asked) : undefined },
    none ? forSome(asked) : forMany(asked),
  );
}

/** What a member has in the period, as jsonb. */
export function historyActual(history: DatedHistory, period: AskedPeriod, q: Question): Sql {
  const { count, total, quantity } = within(history, period);
  const sums = total && quantity ? sql`, 'total', ${q.money(total)}, 'quantity', ${quantity}` : empty;
  const nothing = total ? sql`'{"count": 0, "total": 0, "quantity": 0}'` : sql`'{"count": 0}'`;
  return sql`coalesce((select jsonb_build_object('count', ${count}${sums}) from ${raw(history.table)} ${raw(history.alias)}
    where ${q.rowsOf(history.alias)} and ${raw(history.alias)}.member_id = m.id), ${nothing}::jsonb)`;
}

/** Bounds of a tally that asks for something: who has nothing in the period is out. */
function forMany(asked: Asked) {
  const { tally, history } = asked;
  // Without orders the dates are null; a false beside them keeps the whole from being null.
  const any = tally.count.gte ? TRUE : has(history);
  const lower = atLeast(tally, history.lifetime);
  const upper = atMost(tally, history.lifetime);
  const all = allIn(asked);
  const possible = and(any, reaches(asked), lower, upper === TRUE ? TRUE : or(not(all), upper));
  return { possible, certain: and(any, asksForAny(tally) ? endsIn(asked) : all, lower, upper) };
}

/** Bounds of a tally without lower bounds: who has nothing in the period is in. */
function forSome(asked: Asked) {
  const { tally, history } = asked;
  const any = has(history);
  const upper = atMost(tally, history.lifetime);
  const certain = or(not(and(any, reaches(asked))), upper);
  if (tally.count.lte === '0') return { possible: not(and(any, endsIn(asked))), certain };
  return { possible: or(not(and(any, allIn(asked))), upper), certain };
}

/** Cheaper than to compare its count. */
function has({ last }: DatedHistory): Sql {
  return sql`${last} is not null`;
}

/** Something may lie in the period. */
function reaches({ history: { first, last }, period: { from, to, untilNow } }: Asked): Sql {
  return and(from ? sql`${last} >= ${from.at}` : TRUE, untilNow ? TRUE : sql`${first} < ${to.at}`);
}

/** Everything lies in the period. */
function allIn({ history: { first, last }, period: { from, to } }: Asked): Sql {
  return and(sql`${last} < ${to.at}`, from ? sql`${first} >= ${from.at}` : TRUE);
}

/** Something lies behind the period: without it, an end of the history says all. */
function liesBehind({ history, period }: Asked): Sql {
  return sql`${history.last} >= ${period.to.at}`;
}

/** The last lies in the period, or the first. */
function endsIn({ history: { first, last }, period }: Asked): Sql {
  const lastIn = sql`(${inPeriod(last, period)})`;
  return period.untilNow ? lastIn : or(lastIn, sql`(${inPeriod(first, period)})`);
}

/**
 * Counts and sums in the period: up to its end what the summary knows, unless something lies behind it, less what lies
 * before it. Each is a binary search in the dates and a running sum at that place.
 */
function within({ dates, sums, lifetime, last }: DatedHistory, { from, to }: AskedPeriod): Tallied {
  const end = sql`width_bucket(${to.justBefore}, ${dates})`;
  const start = from && sql`width_bucket(${from.justBefore}, ${dates})`;
  const between = (known: Sql, searched: (place: Sql) => Sql) => {
    const upTo = sql`case when ${last} < ${to.at} then ${known} else ${searched(end)} end`;
    return start ? sql`(${upTo} - ${searched(start)})` : sql`(${upTo})`;
  };
  const sumAt = (values: Sql) => (place: Sql) => sql`coalesce(${values}[${place}], 0)`;
  return {
    count: between(lifetime.count, (place) => place),
    total: sums && between(lifetime.total!, sumAt(sums.total)),
    quantity: sums && between(lifetime.quantity!, sumAt(sums.quantity)),
  };
}
