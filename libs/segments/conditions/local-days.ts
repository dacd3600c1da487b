import { Temporal } from 'temporal-polyfill';

const DAY = 86_400_000;

/** From ≤ x < to, milliseconds since 1970. */
interface Stretch {
  from: number;
  to: number;
  /** By which the workspace's clocks are ahead of UTC, in milliseconds. */
  offset: number;
}

/** Which instants share a local day: what follows from the day alone is reckoned once a day, not once an instant. */
export class LocalDays {
  /** Between two changes of the clocks a local day is a division; there are few such stretches. */
  private readonly stretches: Stretch[] = [];

  constructor(private readonly timeZone: string) {}

  /** @param ofDay gives the same for all instants (milliseconds since 1970) of one local day */
  memoized(ofDay: (at: number) => number): (at: number) => number {
    const known = new Map<number, number>();
    return (at) => {
      const day = this.dayOf(at);
      const value = known.get(day) ?? ofDay(at);
      known.set(day, value);
      return value;
    };
  }

  /** Days since 1970-01-01 of the local date of an instant. */
  dayOf(at: number): number {
    const stretch = this.stretches.find(({ from, to }) => at >= from && at < to) ?? this.addStretch(at);
    return Math.floor((at + stretch.offset) / DAY);
  }

  private addStretch(at: number): Stretch {
    const moment = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(this.timeZone);
    const stretch = {
      // Where the clocks change at this very instant, the change before is another one.
      from: Math.min(
        at,
        moment.add({ milliseconds: 1 }).getTimeZoneTransition('previous')?.epochMilliseconds ?? -Infinity,
      ),
      to: moment.getTimeZoneTransition('next')?.epochMilliseconds ?? Infinity,
      offset: moment.offsetNanoseconds / 1e6,
    };
    this.stretches.push(stretch);
    return stretch;
  }
}
