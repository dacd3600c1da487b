import { instants, join, raw, smallints, sql, type Sql } from '#database';
import { LocalDays } from './local-days.js';
import { monthOf, type AskedPeriod, type Moment, type Moments, type RelativeMonth } from './moments.js';
import { periodsOf, type Window } from './window.js';

/** The rows that ask, each as of a moment of its own. */
const ROWS = 'q';

interface Column {
  name: string;
  type: string;
  values: (ats: readonly number[]) => Buffer;
}

/**
 * A moment for each row of the alias `q`: what follows from it is reckoned here, as for one moment, and handed in as
 * columns beside it. Ask `columns` after the rules are compiled.
 */
export class MomentsOfRows implements Moments {
  readonly asOf: Moment;
  private readonly asked = new Map<string, Column>();
  private readonly days: LocalDays;

  constructor(private readonly timeZone: string) {
    this.days = new LocalDays(timeZone);
    this.asOf = this.column('asOf', 'timestamptz', instants);
  }

  period(window?: Window): AskedPeriod {
    if (!window) return { to: this.asOf, untilNow: false };
    if (window.days !== undefined) return { from: this.end(window, 'from'), to: this.asOf, untilNow: false };
    const from = window.from === undefined ? undefined : this.end(window, 'from');
    return { from, to: this.end(window, 'to'), untilNow: false };
  }

  month(relative: RelativeMonth): Sql {
    const monthAt = (at: number) => monthOf(new Date(at), this.timeZone, relative);
    return this.column(relative, 'smallint', (ats) => smallints(ats.map(this.days.memoized(monthAt)))).at;
  }

  /** @param ats milliseconds since 1970, one a row */
  columns(ats: readonly number[]): { names: Sql; arrays: Sql } {
    const columns = [...this.asked.values()];
    return {
      names: join(columns.map(({ name }) => raw(name))),
      arrays: join(columns.map(({ type, values }) => sql`${values(ats)}::${raw(type)}[]`)),
    };
  }

  private end(window: Window, which: 'from' | 'to'): Moment {
    const periodAt = periodsOf(window, this.timeZone);
    const endAt = (at: number) => periodAt(new Date(at))[which]!.getTime();
    // Days are counted back from the day on which it is asked.
    const values = (ats: readonly number[]) =>
      instants(ats.map(window.days === undefined ? endAt : this.days.memoized(endAt)));
    return this.column(JSON.stringify([which, window.days, window.from, window.to]), 'timestamptz', values);
  }

  /** A column once, however often it is asked for. */
  private column(key: string, type: string, values: Column['values']): Moment {
    const known = this.asked.get(key);
    const column = known ?? { name: `a${this.asked.size}`, type, values };
    this.asked.set(key, column);
    const at = sql`${raw(`${ROWS}.${column.name}`)}`;
    return { at, justBefore: sql`(${at} - interval '1 microsecond')` };
  }
}
