import { Temporal } from 'temporal-polyfill';

/** Whether the runtime knows this IANA time zone. */
export function isTimeZone(name: string): boolean {
  try {
    new Intl.DateTimeFormat('en', { timeZone: name });
    return /^[A-Za-z]/.test(name);
  } catch (error) {
    if (error instanceof RangeError) return false;
    throw error;
  }
}

/** The calendar day on which an instant falls in a time zone. */
export function localDate(instant: Date, timeZone: string): Temporal.PlainDate {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone).toPlainDate();
}

/** The first instant of a calendar day (`YYYY-MM-DD`) in a time zone; where a clock change skips midnight, the first that exists. */
export function startOfLocalDay(date: string | Temporal.PlainDate, timeZone: string): Date {
  const start = Temporal.PlainDate.from(date).toZonedDateTime(timeZone);
  return new Date(start.epochMilliseconds);
}

/** The start of the local day `days` days before the local day of `instant`. */
export function startOfLocalDayBefore(instant: Date, days: number, timeZone: string): Date {
  return startOfLocalDay(localDate(instant, timeZone).subtract({ days }), timeZone);
}
