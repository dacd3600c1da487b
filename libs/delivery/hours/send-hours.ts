import type { SendClass } from '../ledger/send.entity.js';
import { LocalClock } from './local-clock.js';

/** A part of each day by local clocks, from `HH:MM` to before `HH:MM`; over midnight where `from` is later. */
export interface DayPart {
  from: string;
  to: string;
}

/** What decides when requests may leave. */
export interface HoursOf {
  /** IANA name. */
  timeZone: string;
  /** When the workspace sends nothing. */
  quietHours: (DayPart & { exempt: readonly SendClass[] }) | null;
  /** When alone this send may leave. */
  window: DayPart | null;
  class: SendClass;
}

/** `never`: no time of any day is open, or none for as long as a request may take. */
export type NextLeave = { kind: 'at'; at: Date } | { kind: 'never' };

const DAY_MS = 24 * 60 * 60_000;
/** Some openings are there only on the day of a clock change, once a year. */
const FAR_DAYS = 370;

/**
 * When requests of a send may leave. By what the clocks on the wall show: an hour that is shown twice is quiet twice, one
 * that is skipped is not at all. A request that begins at t may be executed until t + margin, and all of that must be
 * open.
 */
export class SendHours {
  private readonly clock: LocalClock;
  private readonly isOpen: (minuteOfDay: number) => boolean;
  /** Minutes of the day at which something opens or closes. */
  private readonly edges: readonly number[];

  constructor({ timeZone, quietHours, window, class: sendClass }: HoursOf) {
    const quiet = quietHours?.exempt.includes(sendClass) ? null : quietHours;
    this.clock = new LocalClock(timeZone);
    this.edges = [quiet, window].flatMap((part) => (part ? [minuteOf(part.from), minuteOf(part.to)] : []));
    this.isOpen = (minute) => !(quiet && isIn(quiet, minute)) && (!window || isIn(window, minute));
  }

  /** @param marginMs how long a request that begins then may take */
  mayLeaveAt(instant: Date, marginMs = 0): boolean {
    const next = this.nextLeave(instant, marginMs);
    return next.kind === 'at' && next.at.getTime() === instant.getTime();
  }

  /** The first moment, not before `from`, at which a request may begin. */
  nextLeave(from: Date, marginMs = 0): NextLeave {
    if (this.edges.length === 0) return { kind: 'at', at: from };
    if (!this.edges.some((minute) => this.isOpen(minute))) return { kind: 'never' };
    for (const { start, end } of this.openings(from.getTime()))
      if (end - start > marginMs) return { kind: 'at', at: new Date(start) };
    return { kind: 'never' };
  }

  /** In order; the first may have begun. */
  private *openings(from: number): Generator<{ start: number; end: number }> {
    let start = this.isOpenAt(from) ? from : undefined;
    for (let day = from; day < from + FAR_DAYS * DAY_MS; day += DAY_MS) {
      for (const at of this.clock.changesIn(day, this.edges)) {
        const open = this.isOpenAt(at);
        if (start !== undefined && !open) yield { start, end: at };
        start = open ? (start ?? at) : undefined;
      }
    }
  }

  private isOpenAt(instant: number): boolean {
    return this.isOpen(this.clock.minuteOfDay(instant));
  }
}

function isIn({ from, to }: DayPart, minute: number): boolean {
  const [start, end] = [minuteOf(from), minuteOf(to)];
  return start < end ? start <= minute && minute < end : minute >= start || minute < end;
}

function minuteOf(time: string): number {
  return Number(time.slice(0, 2)) * 60 + Number(time.slice(3));
}
