import type { Cap } from '#workspaces';
import { SendHours, type HoursOf } from '../hours/send-hours.js';
import type { SendClass } from '../ledger/send.entity.js';

/** One message of a class that a member is sent. Moments are milliseconds since 1970. */
export interface Slot {
  class: SendClass;
  /** When it was planned. */
  at: number;
  /** When its request left. */
  leftAt: number;
}

export interface ForecastSettings extends Pick<HoursOf, 'timeZone' | 'quietHours'> {
  caps: readonly Cap[];
  /** How long a request may take. */
  marginMs: number;
}

const DAY_MS = 24 * 60 * 60_000;

/** What delivery would do with sends that are only thought of, which have no window and no value of their own. */
export class Forecast {
  private readonly hours = new Map<SendClass, SendHours>();

  constructor(private readonly settings: ForecastSettings) {}

  get hasCaps(): boolean {
    return this.settings.caps.length > 0;
  }

  /** The first moment, not before `at`, at which a request may begin; undefined: there is none. */
  leavesAt(of: SendClass, at: number): number | undefined {
    let hours = this.hours.get(of);
    if (!hours) this.hours.set(of, (hours = new SendHours({ ...this.settings, window: null, class: of })));
    const next = hours.nextLeave(new Date(at), this.settings.marginMs);
    return next.kind === 'at' ? next.at.getTime() : undefined;
  }

  /** Whether a cap holds back what is planned for a member at a moment, after all that they were sent until then. */
  isCapped(of: SendClass, at: number, slots: readonly Slot[]): boolean {
    return this.settings.caps.some(({ class: capped, count, days }) => {
      if (capped !== of) return false;
      const since = at - days * DAY_MS;
      // Counted from when it was planned until its request leaves, and from then on by that.
      const counts = (slot: Slot) =>
        slot.class === of && slot.at <= at && (slot.leftAt <= at ? slot.leftAt : slot.at) > since;
      return slots.filter(counts).length >= count;
    });
  }
}
