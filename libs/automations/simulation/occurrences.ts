import { invalid, toInstant, type FieldError } from '#kernel';
import type { DateStart, JourneyStart, ScheduleStart } from '../definition/starts.js';
import type { JourneyEvent } from '../machine/run.js';
import { localDay, nextStart, ownDay } from '../starting/calendar.js';
import type { Days, Period } from './simulation.repository.js';

/** A year of days: of more, each brings everybody in once more. */
const MOST_OCCURRENCES = 366;

/** Starts whose past nobody has written down. */
const UNKNOWN: Partial<Record<JourneyStart['on'], string>> = {
  rank: 'cannot be simulated: which rank a member had before is not kept',
  segment: 'cannot be simulated: who was in a segment before is not kept',
  friend: 'cannot be simulated: who was a friend before is not kept',
  restock: 'cannot be simulated: who waited for a product before is not kept',
};

/**
 * Whether what starts a journey can be known of the past.
 * @param path JSON pointer of what names it
 * @throws AppError 400
 */
export function assertSimulated(start: JourneyStart, path: string): void {
  const detail = UNKNOWN[start.on];
  if (detail !== undefined) throw invalid([{ path, detail }]);
}

/** @throws AppError 400 for a period that ends first, or has too many occurrences for a journey that the calendar starts */
export function readPeriod(
  start: JourneyStart,
  { from, to }: { from?: string; to?: string },
  timeZone: string,
): Period {
  const period = {
    from: from === undefined ? undefined : toInstant(from),
    to: to === undefined ? undefined : toInstant(to),
  };
  if (period.from && period.to && period.from >= period.to)
    throw invalid([{ path: '/to', detail: 'must lie after from' }]);
  if (start.on !== 'date' && start.on !== 'schedule') return period;
  const detail = 'is needed: the calendar starts the journey again and again';
  const missing: FieldError[] = [];
  if (!period.from) missing.push({ path: '/from', detail });
  if (!period.to) missing.push({ path: '/to', detail });
  if (missing.length > 0) throw invalid(missing);
  if (occurrences(start, period, timeZone).length > MOST_OCCURRENCES)
    throw invalid([{ path: '/to', detail: `leaves room for more than ${MOST_OCCURRENCES} starts by the calendar` }]);
  return period;
}

/** When the calendar starts a journey in a period; looked for no further than one too many. */
function occurrences(start: DateStart | ScheduleStart, { from, to }: Period, timeZone: string): Date[] {
  const all: Date[] = [];
  for (
    let at = nextStart(start, from!.getTime() - 1, timeZone)!;
    at < to!;
    at = nextStart(start, at.getTime(), timeZone)!
  )
    if (all.push(at) > MOST_OCCURRENCES) break;
  return all;
}

/** Each time a schedule strikes in a period, which is the same for everybody. */
export function strikes(start: ScheduleStart, period: Period, timeZone: string): JourneyEvent[] {
  return occurrences(start, period, timeZone).map((at) => {
    const body = { date: localDay(at, timeZone) };
    return { seq: `schedule:${at.toISOString()}`, type: 'schedule', at: at.getTime(), body };
  });
}

/** Finds the days of members that fall into a period. */
export class DaysInPeriod {
  private readonly birthdays = new Map<string, JourneyEvent[]>();
  private readonly months = new Map<number, JourneyEvent[]>();
  private readonly dates = new Map<string, JourneyEvent[]>();

  constructor(start: DateStart, period: Period, timeZone: string) {
    for (const at of occurrences(start, period, timeZone)) {
      const date = localDay(at, timeZone);
      const event = { seq: `date:${date}`, type: 'date', at: at.getTime(), body: { date } };
      const day = ownDay(start, at, timeZone);
      for (const monthDay of day.monthDays) push(this.birthdays, monthDay, event);
      if (day.month !== null) push(this.months, day.month, event);
      push(this.dates, day.date, event);
    }
  }

  of({ birthday, birthMonth, date }: Days): JourneyEvent[] {
    if (birthday !== null) return this.birthdays.get(birthday) ?? [];
    if (birthMonth !== null) return this.months.get(birthMonth) ?? [];
    return date === null ? [] : (this.dates.get(date) ?? []);
  }
}

function push<K>(events: Map<K, JourneyEvent[]>, key: K, event: JourneyEvent): void {
  const list = events.get(key);
  if (list) list.push(event);
  else events.set(key, [event]);
}
