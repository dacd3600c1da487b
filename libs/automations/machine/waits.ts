import { Temporal } from 'temporal-polyfill';
import { isCalendarDate, isInstant, toInstant } from '#kernel';
import type { Duration, RelativeWait, WaitStep } from '../definition/steps.js';
import type { JourneyEvent } from './run.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

/**
 * When a wait that begins at `at` ends, milliseconds since 1970; it may lie in the past.
 * @param start the event that started the run
 * @returns null where that event has no such date
 */
export function endOfWait(step: WaitStep, at: number, start: JourneyEvent, timeZone: string): number | null {
  if (step.for) return after(at, step.for, timeZone);
  if (step.until !== undefined) return nextTime(at, step.until, timeZone);
  return besideDate(step.relative!, start, timeZone);
}

/** Days are days of the calendar, so that a day after 10:00 is 10:00; hours and minutes are as long as they are. */
export function after(at: number, { days = 0, hours = 0, minutes = 0 }: Duration, timeZone: string): number {
  return zoned(at, timeZone).add({ days, hours, minutes }).epochMilliseconds;
}

/** A time that a clock change skips is the time that clocks show instead; of one that comes twice, the first. */
function nextTime(at: number, time: string, timeZone: string): number {
  const today = zoned(at, timeZone).toPlainDate();
  const candidate = onDay(today, time, timeZone);
  // The minute that was asked for is that time of day to its end.
  if (at >= candidate && at < candidate + MINUTE_MS) return at;
  return candidate > at ? candidate : onDay(today.add({ days: 1 }), time, timeZone);
}

/** The moment in the starting event that a wait stands beside, milliseconds since 1970; undefined where it is a day or missing. */
export function momentBeside({ to }: RelativeWait, start: JourneyEvent): number | undefined {
  const value = start.body[to];
  return isInstant(value) ? toInstant(value).getTime() : undefined;
}

function besideDate(relative: RelativeWait, start: JourneyEvent, timeZone: string): number | null {
  const { to, days, hours, at } = relative;
  const base = momentBeside(relative, start);
  if (hours !== undefined) return base === undefined ? null : base + hours * HOUR_MS;
  const day = base === undefined ? plainDate(start.body[to]) : zoned(base, timeZone).toPlainDate();
  return day ? onDay(day.add({ days: days ?? 0 }), at!, timeZone) : null;
}

function plainDate(value: unknown): Temporal.PlainDate | undefined {
  return isCalendarDate(value) ? Temporal.PlainDate.from(value) : undefined;
}

function onDay(day: Temporal.PlainDate, time: string, timeZone: string): number {
  return day.toZonedDateTime({ timeZone, plainTime: Temporal.PlainTime.from(time) }).epochMilliseconds;
}

function zoned(at: number, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone);
}
