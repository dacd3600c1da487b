import type { Wake } from './wake-up.js';

/** Rows of one wake-up, and of one run. */
export const MOST_TOGETHER = 100;
/**
 * How long a key rests after a wake-up. What comes one by one is told at once; what comes by the hundred a second is told
 * some dozens of times, and a run of few costs nearly as much as one of many.
 */
const REST_MS = 40;

/** Gathers the wake-ups of rows that may share a run: the first of a key goes at once, the next when it has rested. */
export class Gathering {
  /** What has come since the last wake-up of a key that rests. */
  private readonly gathered = new Map<string, Wake[]>();
  private readonly timers = new Map<string, NodeJS.Timeout>();

  /** @param send gets rows of one key, at most `MOST_TOGETHER` at a time */
  constructor(private readonly send: (wake: Wake) => void) {}

  add(key: string, wake: Wake): void {
    const resting = this.gathered.get(key);
    if (resting) resting.push(wake);
    else this.tell(key, [wake]);
  }

  /** Rests no longer. */
  flush(): void {
    for (const timer of this.timers.values()) clearTimeout(timer);
    for (const wakes of this.gathered.values()) this.sendAll(wakes);
    this.timers.clear();
    this.gathered.clear();
  }

  private tell(key: string, wakes: readonly Wake[]): void {
    this.gathered.set(key, []);
    this.timers.set(key, setTimeout(() => this.wakeUp(key), REST_MS).unref());
    this.sendAll(wakes);
  }

  private wakeUp(key: string): void {
    const wakes = this.gathered.get(key)!;
    if (wakes.length > 0) return this.tell(key, wakes);
    this.gathered.delete(key);
    this.timers.delete(key);
  }

  private sendAll(wakes: readonly Wake[]): void {
    const ids = wakes.flatMap((wake) => wake.ids);
    for (let from = 0; from < ids.length; from += MOST_TOGETHER)
      this.send({ ...wakes[0]!, ids: ids.slice(from, from + MOST_TOGETHER) });
  }
}
