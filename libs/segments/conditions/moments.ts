import { localDate } from '#kernel';
import { sql, type Sql } from '#database';
import { periodOf, type Window } from './window.js';

/** An instant in a statement. */
export interface Moment {
  at: Sql;
  /** The last microsecond, Postgres's finest, before it. */
  justBefore: Sql;
}

/** A stretch of time in a statement: from ≤ x < to. */
export interface AskedPeriod {
  /** Undefined: since ever. */
  from?: Moment;
  to: Moment;
  /** Whether next to nothing lies behind it, for sure. */
  untilNow: boolean;
}

export type RelativeMonth = 'previous' | 'current' | 'next';

/** As of when a question is asked, in the words of its statement. */
export interface Moments {
  readonly asOf: Moment;
  period(window?: Window): AskedPeriod;
  /** A calendar month 1..12 beside the one in which the question is asked, by the workspace's clocks. */
  month(relative: RelativeMonth): Sql;
}

/** Questions of now leave only what happened since, or by clocks that are fast. */
const ABOUT_NOW = 3_600_000;

/** One moment for everybody. */
export class OneMoment implements Moments {
  readonly asOf: Moment;

  constructor(
    private readonly instant: Date,
    private readonly timeZone: string,
    private readonly now: Date,
  ) {
    this.asOf = moment(instant);
  }

  period(window?: Window): AskedPeriod {
    const { from, to } = periodOf(window, this.instant, this.timeZone);
    const untilNow = to.getTime() > this.now.getTime() - ABOUT_NOW;
    return { from: from && moment(from), to: moment(to), untilNow };
  }

  month(relative: RelativeMonth): Sql {
    return sql`${monthOf(this.instant, this.timeZone, relative)}::smallint`;
  }
}

export function monthOf(instant: Date, timeZone: string, relative: RelativeMonth): number {
  const shift = { previous: -1, current: 0, next: 1 }[relative];
  return localDate(instant, timeZone).add({ months: shift }).month;
}

/** Whether an instant that is not null lies in a period. */
export function inPeriod(column: Sql, { from, to }: AskedPeriod): Sql {
  return from ? sql`${column} >= ${from.at} and ${column} < ${to.at}` : sql`${column} < ${to.at}`;
}

/** As text, because the driver would write an instant in the process's own time zone. */
function moment(instant: Date): Moment {
  return {
    at: sql`${instant.toISOString()}::timestamptz`,
    justBefore: sql`${`${new Date(instant.getTime() - 1).toISOString().slice(0, -1)}999Z`}::timestamptz`,
  };
}
