import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { Refine, startOfLocalDayBefore } from '#kernel';
import { IsMoment, toMoment } from './moment.js';

/** A stretch of time: from ≤ x < to. */
export interface Period {
  /** Undefined: since ever. */
  from?: Date;
  to: Date;
}

/** `{ days: n }`, counted in local days back from the moment of the question, or `{ from?, to? }`. */
@Refine<Window>(({ days, from, to }) => {
  const ends = from !== undefined || to !== undefined;
  return (days !== undefined) === ends
    ? { path: '', detail: 'must have either days, or from or to or both' }
    : undefined;
})
export class Window {
  @IsOptional() @IsInt() @Min(0) @Max(36_500) days?: number;
  @IsOptional() @IsMoment() from?: string;
  @IsOptional() @IsMoment() to?: string;
}

/** What a window means when asked at `asOf`: nothing at or after that moment exists, with or without a window. */
export function periodOf(window: Window | undefined, asOf: Date, timeZone: string): Period {
  return periodsOf(window, timeZone)(asOf);
}

/** The same for many moments. */
export function periodsOf(window: Window | undefined, timeZone: string): (asOf: Date) => Period {
  if (!window) return (asOf) => ({ to: asOf });
  const { days } = window;
  if (days !== undefined) return (asOf) => ({ from: startOfLocalDayBefore(asOf, days, timeZone), to: asOf });
  const start = window.from === undefined ? undefined : toMoment(window.from, timeZone);
  const end = window.to === undefined ? undefined : toMoment(window.to, timeZone);
  return (asOf) => {
    const to = end ? earlier(asOf, end) : asOf;
    // A window that starts after asOf is empty, not backwards.
    return { from: start && earlier(to, start), to };
  };
}

function earlier(a: Date, b: Date): Date {
  return a < b ? a : b;
}

/** Whether a window can never hold anything because it ends before it starts; known once the time zone is. */
export function isBackwards({ from, to }: Window, timeZone: string): boolean {
  if (from === undefined || to === undefined) return false;
  return toMoment(from, timeZone) >= toMoment(to, timeZone);
}
