import type { Clock } from '#kernel';

/** How long another process may act on what has changed meanwhile. */
const KEPT_FOR = 5_000;
const MOST = 10_000;

interface Kept<T> {
  at: number;
  value: Promise<T | undefined>;
}

/** Answers that are asked for by every request, kept for at most five seconds. What is not found is not kept. */
export class BriefCache<T> {
  private readonly kept = new Map<string, Kept<T>>();

  constructor(private readonly clock: Clock) {}

  get(key: string, load: () => Promise<T | undefined>): Promise<T | undefined> {
    const now = this.clock.now().getTime();
    const found = this.kept.get(key);
    if (found && Math.abs(now - found.at) < KEPT_FOR) return found.value;
    if (this.kept.size >= MOST) this.kept.clear();
    const kept: Kept<T> = { at: now, value: load() };
    this.kept.set(key, kept);
    const forget = () => {
      if (this.kept.get(key) === kept) this.kept.delete(key);
    };
    kept.value.then((value) => value === undefined && forget(), forget);
    return kept.value;
  }

  /** Forgets everything; also answers that are being loaded at this moment, which may be from before the change. */
  clear(): void {
    this.kept.clear();
  }
}
