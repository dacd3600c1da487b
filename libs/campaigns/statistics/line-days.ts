import { Temporal } from 'temporal-polyfill';
import { LINE_LIMITS } from '#line';

const { mostDays, countedDays } = LINE_LIMITS.unitStatistics;
/** Days of LINE's statistics. */
const ZONE = '+09:00';
/** LINE says that a day is told on the next one, not when. */
const TOLD_AT = { hour: 3 };

/** Days in a row for which LINE tells of a unit, both included, as `YYYY-MM-DD`. */
export interface UnitDays {
  fromDay: string;
  toDay: string;
  lastSentOn: string;
}

export function lineDay(at: Date): string {
  return Temporal.Instant.fromEpochMilliseconds(at.getTime()).toZonedDateTimeISO(ZONE).toPlainDate().toString();
}

/** As LINE writes it. */
export function compact(day: string): string {
  return day.replaceAll('-', '');
}

/**
 * The days in which what is sent today is told of: the last ones of the unit, where all the days in which LINE counts
 * are among them, otherwise new ones behind them, so that nothing is told twice.
 */
export function daysOf(today: string, last: UnitDays | undefined): UnitDays {
  const day = Temporal.PlainDate.from(today);
  if (last && today >= last.fromDay && plus(day, countedDays) <= last.toDay) return { ...last, lastSentOn: today };
  const from = last && last.toDay >= today ? Temporal.PlainDate.from(last.toDay).add({ days: 1 }) : day;
  return { fromDay: from.toString(), toDay: plus(from, mostDays), lastSentOn: today };
}

/** When LINE is to be asked next, every day while it counts; null where it has told everything. */
export function nextAsk(now: Date, { fromDay, toDay, lastSentOn }: UnitDays): Date | null {
  const counted = plus(Temporal.PlainDate.from(lastSentOn), countedDays);
  const last = told(counted < toDay ? counted : toDay);
  const next = told(fromDay > lineDay(now) ? fromDay : lineDay(now));
  if (next <= last) return next;
  return now < last ? last : null;
}

/** When a day is told. */
function told(day: string): Date {
  const at = Temporal.PlainDate.from(day).add({ days: 1 }).toZonedDateTime({ timeZone: ZONE, plainTime: TOLD_AT });
  return new Date(at.epochMilliseconds);
}

function plus(day: Temporal.PlainDate, days: number): string {
  return day.add({ days }).toString();
}
