/** Something that was accepted and takes effect later. */
export interface Late {
  /** Milliseconds by the emulator's clock. */
  dueAt: number;
  run: () => void;
}

/** What LINE answers with 202, in the order in which it falls due; equal instants keep the order of the requests. */
export class LateWork {
  private readonly waiting: Late[] = [];

  add(late: Late): void {
    let place = this.waiting.length;
    while (place > 0 && (this.waiting[place - 1]?.dueAt ?? 0) > late.dueAt) place--;
    this.waiting.splice(place, 0, late);
  }

  /** How many pieces are due at that instant. */
  due(now: number): number {
    let count = 0;
    while (count < this.waiting.length && (this.waiting[count]?.dueAt ?? 0) <= now) count++;
    return count;
  }

  run(count: number): void {
    for (const { run } of this.waiting.splice(0, count)) run();
  }
}
