import { CronExpressionParser } from 'cron-parser';
import { localDate } from '#kernel';
import type { DateStart, JourneyStart } from '../definition/starts.js';

/**
 * When the calendar brings people into a journey next.
 * @param after an instant, milliseconds since 1970
 * @returns an instant; null where something else than the calendar starts it
 */
export function nextStart(start: JourneyStart, after: number, timeZone: string): Date | null {
  if (start.on === 'schedule')
    return CronExpressionParser.parse(start.cron, { currentDate: new Date(after), tz: timeZone })
      .next()
      .toDate();
  return start.on === 'date' ? new Date(nextTimeOfDay(start.at, after, timeZone)) : null;
}

/** A day that members have: a birthday or birth month in any year, or an attribute in the one it names. */
export interface OwnDay {
  /** Months and days, `MM-DD`; 28 February of a common year means 29 February too. */
  monthDays: string[];
  /** `YYYY-MM-DD` */
  date: string;
  /** The first of the month: everybody of this month (1–12); null on any other day. */
  month: number | null;
}

/** Whose day it is at an occurrence: theirs lies `days` before it. */
export function ownDay({ days = 0 }: DateStart, at: Date, timeZone: string): OwnDay {
  const own = localDate(at, timeZone).subtract({ days });
  const date = own.toString();
  const monthDay = date.slice(5);
  const monthDays = monthDay === '02-28' && !own.inLeapYear ? ['02-28', '02-29'] : [monthDay];
  return { monthDays, date, month: own.day === 1 ? own.month : null };
}

/** `YYYY-MM-DD` */
export function localDay(at: Date, timeZone: string): string {
  return localDate(at, timeZone).toString();
}

/** The next time that clocks show it; where a change of clocks skips it, right after the gap; where it comes twice, the first. */
function nextTimeOfDay(time: string, after: number, timeZone: string): number {
  const from = localDate(new Date(after), timeZone);
  // Clocks that were turned back over midnight may leave today's moment behind and yet ahead.
  for (let days = 0; ; days++) {
    const at = from.add({ days }).toZonedDateTime({ timeZone, plainTime: time }).epochMilliseconds;
    if (at > after) return at;
  }
}
