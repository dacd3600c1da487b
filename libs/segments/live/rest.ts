import { setTimeout as pause } from 'node:timers/promises';

/** Rest for each millisecond of work. */
const REST = 2;
const MOST_REST_MS = 300;

interface Worked {
  endedAt: number;
  forMs: number;
}

/**
 * Work that comes again and again, with rests in between: what comes meanwhile is done together. A judgement of fifty
 * members costs hardly more than one of five, so by resting under load the work grows less, and without load there is
 * nothing to rest from. Goes by the machine's time, because it spares the machine.
 */
export class Rest {
  private readonly last = new Map<string, Worked>();

  /** @param key of what must not follow at once */
  async before<T>(key: string, work: () => Promise<T>): Promise<T> {
    const { endedAt, forMs } = this.last.get(key) ?? { endedAt: -Infinity, forMs: 0 };
    const restUntil = endedAt + Math.min(MOST_REST_MS, REST * forMs);
    const left = restUntil - performance.now();
    if (left >= 1) await pause(left);
    const begin = performance.now();
    try {
      return await work();
    } finally {
      const now = performance.now();
      this.last.set(key, { endedAt: now, forMs: now - begin });
    }
  }
}
