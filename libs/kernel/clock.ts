/** Where every instant comes from; passing another one is how tests and simulations move time. */
export interface Clock {
  now(): Date;
}

export class SystemClock implements Clock {
  now(): Date {
    return new Date();
  }
}

/** A clock that stands still until it is moved. */
export class VirtualClock implements Clock {
  private millis: number;

  constructor(start: Date | string) {
    this.millis = new Date(start).getTime();
  }

  now(): Date {
    return new Date(this.millis);
  }

  /** Moves forward by a duration in milliseconds; a negative one turns the clock back. */
  advance(milliseconds: number): void {
    this.millis += milliseconds;
  }

  set(instant: Date | string): void {
    this.millis = new Date(instant).getTime();
  }
}

/** The same day and time of an earlier month, in UTC; a day that it lacks runs over into the next one. */
export function monthsBefore(instant: Date, months: number): Date {
  const before = new Date(instant);
  before.setUTCMonth(before.getUTCMonth() - months);
  return before;
}
