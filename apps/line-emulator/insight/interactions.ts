import type { Ledger } from '../ledger/ledger.js';

/** People who saw a bubble of messages of an aggregation unit, or opened an address in it. */
export interface Interaction {
  at: number;
  unit: string;
  /** The bubble, from 1. */
  seq: number;
  /** Absent: they only saw it. */
  url?: string;
  userIds: string[];
}

const DAY_MS = 24 * 60 * 60 * 1000;
/** From the newest send on; later nothing is counted. */
const COUNTED_DAYS = 14;

/** What people did with messages, as far as LINE counts it. */
export class Interactions {
  private readonly all: Interaction[] = [];

  add(interaction: Interaction): void {
    this.all.push(interaction);
  }

  /** Of a unit, on days `from` to `to`. */
  of(unit: string, isCounted: (at: number) => boolean): Interaction[] {
    return this.all.filter((one) => one.unit === unit && isCounted(one.at));
  }
}

/** Those of these people whom a message of the unit has reached, within the days in which LINE still counts. */
export function counted(ledger: Ledger, { unit, at }: Pick<Interaction, 'unit' | 'at'>, users: number[]): boolean[] {
  return users.map((user) =>
    ledger
      .ofUser(user)
      .some(({ send, outcome }) => outcome === 0 && send.unit === unit && at - send.at <= COUNTED_DAYS * DAY_MS),
  );
}
