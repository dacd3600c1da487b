import { Temporal } from 'temporal-polyfill';

const MINUTE_MS = 60_000;
const DAY_MS = 24 * 60 * MINUTE_MS;
/** Where clocks show the same offset this many days apart, they were not changed in between. */
const STEADY_DAYS = 4;

/** What clocks show in a time zone. */
export class LocalClock {
  /** A time during which clocks are not changed, and how far they are from UTC. */
  private steady = { from: 0, to: 0, offset: 0 };

  constructor(private readonly timeZone: string) {}

  /** 0 to 1439. */
  minuteOfDay(instant: number): number {
    const local = instant + this.offsetAt(instant);
    return Math.floor((local - startOf(local)) / MINUTE_MS);
  }

  /**
   * The instants, in order, at which clocks come to show one of these minutes of the day, or are changed: from one to the
   * next no such minute is passed. A few others may be among them.
   * @param day after its beginning, until a day later
   */
  changesIn(day: number, minutes: readonly number[]): number[] {
    const until = day + DAY_MS;
    const found = this.isSteady(day, until) ? this.plainChanges(day, minutes) : this.oddChanges(day, minutes);
    return found.filter((instant) => day < instant && instant <= until).sort((a, b) => a - b);
  }

  private plainChanges(day: number, minutes: readonly number[]): number[] {
    const { offset } = this.steady;
    const first = startOf(day + offset) - offset;
    return [first, first + DAY_MS].flatMap((midnight) => minutes.map((minute) => midnight + minute * MINUTE_MS));
  }

  private oddChanges(day: number, minutes: readonly number[]): number[] {
    const until = day + DAY_MS;
    const found = new Set<number>();
    // A day more before it: where clocks go back over midnight, minutes of a day are shown after its end.
    let date = this.at(day - DAY_MS).toPlainDate();
    for (const last = this.at(until).toPlainDate(); Temporal.PlainDate.compare(date, last) <= 0;)
      date = this.addChangesOf(date, minutes, found);
    let change = this.at(day).getTimeZoneTransition('next');
    for (; change && change.epochMilliseconds <= until; change = change.getTimeZoneTransition('next'))
      found.add(change.epochMilliseconds);
    return [...found];
  }

  /** Once on most days; both times where a minute is shown twice; around the gap where it is skipped. @returns the next day */
  private addChangesOf(date: Temporal.PlainDate, minutes: readonly number[], found: Set<number>): Temporal.PlainDate {
    for (const minute of minutes) {
      const local = date.toPlainDateTime({ hour: Math.floor(minute / 60), minute: minute % 60 });
      for (const disambiguation of ['earlier', 'later'] as const)
        found.add(local.toZonedDateTime(this.timeZone, { disambiguation }).epochMilliseconds);
    }
    return date.add({ days: 1 });
  }

  private offsetAt(instant: number): number {
    return this.isSteady(instant, instant) ? this.steady.offset : this.askedOffset(instant);
  }

  private isSteady(from: number, to: number): boolean {
    if (this.steady.from <= from && to <= this.steady.to) return true;
    const end = from + STEADY_DAYS * DAY_MS;
    const offset = this.askedOffset(from);
    if (this.askedOffset(end) !== offset) return false;
    this.steady = { from, to: end, offset };
    return true;
  }

  private askedOffset(instant: number): number {
    return this.at(instant).offsetNanoseconds / 1_000_000;
  }

  private at(instant: number): Temporal.ZonedDateTime {
    return Temporal.Instant.fromEpochMilliseconds(instant).toZonedDateTimeISO(this.timeZone);
  }
}

function startOf(local: number): number {
  return Math.floor(local / DAY_MS) * DAY_MS;
}
