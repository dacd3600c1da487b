import type { VirtualClock } from '#kernel';
import type { Dice } from './dice.js';

/** One run of a worker process: what it waits for dies with it. */
export interface Life {
  readonly name: string;
  alive: boolean;
}

/** Something asynchronous that has been asked for and has not happened. */
interface Step {
  /** Whose; null for what goes on whoever dies, such as a request on its way. */
  of: Life | null;
  name: string;
  /** Milliseconds; it does not happen before. */
  at: number;
  take: () => void | Promise<void>;
}

/** Where the machinery of a statement breaks: before it has done anything, or after its commit and before its answer. */
export type Breakage = 'before' | 'after' | null;

/**
 * Everything asynchronous of a schedule, one step at a time, in an order that the dice choose. Time stands still but for
 * what is waited for.
 */
export class Steps {
  private pending: Step[] = [];
  private inTransaction = false;
  /** Asked at every statement whether the way to the database breaks. */
  breaks: (of: Life, name: string) => Breakage = () => null;
  /** Where somebody wants to see what happened in which order. */
  trace?: (line: string) => void;

  constructor(
    private readonly clock: VirtualClock,
    private readonly dice: Dice,
  ) {}

  /** @param inMs how soon at the soonest */
  add(of: Life | null, name: string, inMs: number, take: () => void | Promise<void>): Step | undefined {
    if (of && !of.alive) return undefined;
    const step = { of, name, at: this.clock.now().getTime() + inMs, take };
    this.pending.push(step);
    return step;
  }

  drop(step: Step | undefined): void {
    const at = step ? this.pending.indexOf(step) : -1;
    if (at >= 0) this.pending.splice(at, 1);
  }

  /** What nobody waits for any more does not happen. */
  dropAllOf(life: Life): void {
    this.pending = this.pending.filter(({ of }) => of !== life);
  }

  /**
   * A statement or a transaction at the store: one step. What it wrote is locked until it commits, so nobody sees half of
   * it; the statements inside it are therefore no steps of their own.
   */
  statement<T>(of: Life, name: string, work: () => Promise<T>): Promise<T> {
    if (this.inTransaction) return work();
    return new Promise((resolve, reject) => {
      this.add(of, name, 0, async () => {
        const breakage = this.breaks(of, name);
        if (breakage === 'before') return reject(new Error('the database is gone'));
        this.inTransaction = true;
        const result = await work().finally(() => (this.inTransaction = false));
        if (breakage === 'after') reject(new Error('the database is gone'));
        else if (of.alive) resolve(result);
      });
    });
  }

  /** Whether something other than the passing of time has been asked for, by anybody or by one. */
  isBusy(of?: Life | null): boolean {
    return this.pending.some((step) => of === undefined || step.of === of);
  }

  /** Lets one step happen; where none is ready, time passes. @returns false where nothing is waited for */
  async takeOne(): Promise<boolean> {
    if (this.pending.length === 0) return false;
    const now = this.clock.now().getTime();
    const ready = this.pending.filter(({ at }) => at <= now);
    const timePasses = ready.length === 0 || this.dice.happens(0.05);
    const step = timePasses ? this.soonestAfter(ready.length > 0 ? now : -1) : this.dice.oneOf(ready);
    if (step.at > now) this.clock.set(new Date(step.at));
    this.drop(step);
    if (this.trace)
      this.trace(`${this.clock.now().toISOString().slice(5, 23)} ${step.of?.name ?? 'network'}: ${step.name}`);
    await step.take();
    await settled();
    return true;
  }

  /** The one whose time comes first, of those whose time has not come if there are any. */
  private soonestAfter(after: number): Step {
    const later = this.pending.filter(({ at }) => at > after);
    return (later.length > 0 ? later : this.pending).reduce((a, b) => (b.at < a.at ? b : a));
  }
}

/** Resolves once everything that follows at once from what has happened has been done: Node empties one queue first. */
export function settled(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}
