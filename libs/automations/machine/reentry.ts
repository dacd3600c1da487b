import type { Reentry } from '../definition/journey-definition.js';
import type { JourneyEvent, RunEnd } from './run.js';

const DAY_MS = 86_400_000;

/** What counts of a run that one member has had in one journey. */
export interface EarlierRun {
  /** Of the event that started it, the last one where it was restarted. */
  startSeq: string;
  /** When that event was, milliseconds since 1970. */
  startAt: number;
  /** See `entryKey`. */
  key: string | null;
  sent: boolean;
  /** Null while it waits, also while it is parked. */
  ended: RunEnd | null;
}

/** `start`: a run of its own; `restart`: the waiting run `of` begins anew with the event; `ignore`: nothing. */
export type Entry<R extends EarlierRun = EarlierRun> = { entry: 'start' | 'ignore' } | { entry: 'restart'; of: R };

/** The values of the key's fields in the starting event as one text; null where the journey has no key. */
export function entryKey(reentry: Reentry | undefined, event: JourneyEvent): string | null {
  return reentry?.key ? JSON.stringify(reentry.key.map((field) => event.body[field] ?? null)) : null;
}

/**
 * Whether an event brings a member into a journey (again). With `repeat: restart`, a run that was cancelled before it
 * had sent anything stands in nobody's way: a cart that was emptied and filled again is forgotten again.
 * @param earlier all runs that the member has had in the journey
 */
export function enter<R extends EarlierRun>(
  reentry: Reentry | undefined,
  event: JourneyEvent,
  earlier: readonly R[],
): Entry<R> {
  if (earlier.some(({ startSeq }) => startSeq === event.seq)) return { entry: 'ignore' };
  if (!reentry) return { entry: 'start' };
  const key = entryKey(reentry, event);
  const restarts = reentry.repeat === 'restart';
  if (restarts) {
    const waiting = earlier.find((run) => run.key === key && run.ended === null && !run.sent);
    if (waiting) return isLater(event, waiting) ? { entry: 'restart', of: waiting } : { entry: 'ignore' };
  }
  const counted = restarts ? earlier.filter((run) => run.sent || run.ended !== 'cancelled') : earlier;
  const bars = (run: EarlierRun) =>
    reentry.once === true ||
    (key !== null && run.key === key) ||
    (reentry.days !== undefined && Math.abs(event.at - run.startAt) < reentry.days * DAY_MS);
  return { entry: counted.some(bars) ? 'ignore' : 'start' };
}

function isLater(event: JourneyEvent, run: EarlierRun): boolean {
  if (event.at !== run.startAt) return event.at > run.startAt;
  const numbers = /^\d+$/.test(event.seq) && /^\d+$/.test(run.startSeq);
  return numbers ? BigInt(event.seq) > BigInt(run.startSeq) : event.seq > run.startSeq;
}
