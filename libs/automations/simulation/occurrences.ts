import { invalid, toInstant, type FieldError } from '#kernel';
import type { DateStart, ScheduleStart } from '../definition/starts.js';
import type { JourneyEvent } from '../machine/run.js';
import { localDay, nextStart, ownDay } from '../starting/calendar.js';
import type { Period } from './period.js';
import type { Days } from './simulation.repository.js';

/** A year of days: of more, each brings everybody in once more. */
const MOST_OCCURRENCES = 366;
/** As many months. */
const LONGEST_MS = MOST_OCCURRENCES * 31 * 86_400_000;

const tooOften: FieldError = {
  path: '/to',
  detail: `leaves room for more than ${MOST_OCCURRENCES} starts by the calendar`,
};

/** A request's period. @param recurs whether it is needed @throws AppError 400 */
export function readPeriod({ from, to }: { from?: string; to?: string }, recurs: boolean): Period {
  const period = {
    from: from === undefined ? undefined : toInstant(from),
    to: to === undefined ? undefined : toInstant(to),
  };
  if (period.from && period.to && period.from >= period.to)
    throw invalid([{ path: '/to', detail: 'must lie after from' }]);
  if (!recurs) return period;
  const detail = 'is needed: the calendar starts the journey again and again';
  const missing: FieldError[] = [];
  if (!period.from) missing.push({ path: '/from', detail });
  if (!period.to) missing.push({ path: '/to', detail });
  if (missing.length > 0) throw invalid(missing);
  if (period.to!.getTime() - period.from!.getTime() > LONGEST_MS) throw invalid([tooOften]);
  return period;
}

/** When the calendar starts a journey in a period. @throws AppError 400 where that is too often */
function occurrences(start: DateStart | ScheduleStart, { from, to }: Period, timeZone: string): Date[] {
  const all: Date[] = [];
  for (
    let at = nextStart(start, from!.getTime() - 1, timeZone)!;
    at < to!;
    at = nextStart(start, at.getTime(), timeZone)!
  )
    if (all.push(at) > MOST_OCCURRENCES) throw invalid([tooOften]);
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
