/** Where the emulator's time stands: real time plus an offset, or a moment at which it was stopped. Milliseconds. */
export interface ClockState {
  offsetMs: number;
  frozenAt: number | null;
}

/** The one source of time of the emulator. All instants are milliseconds since 1970, with fractions. */
export class EmulatorClock {
  private offsetMs = 0;
  private frozenAt: number | null = null;

  /** @param realNow the real time in ms; tests may hand in a clock of their own */
  constructor(private readonly realNow: () => number = () => performance.timeOrigin + performance.now()) {}

  now(): number {
    return this.frozenAt ?? this.realNow() + this.offsetMs;
  }

  /** Whole milliseconds: what LINE writes into events and answers. */
  nowMs(): number {
    return Math.floor(this.now());
  }

  set(at: number): void {
    if (this.frozenAt !== null) this.frozenAt = at;
    this.offsetMs = at - this.realNow();
  }

  advance(ms: number): void {
    this.set(this.now() + ms);
  }

  freeze(frozen: boolean): void {
    const at = this.now();
    this.frozenAt = frozen ? at : null;
    this.offsetMs = at - this.realNow();
  }

  reset(): void {
    this.restore({ offsetMs: 0, frozenAt: null });
  }

  state(): ClockState {
    return { offsetMs: this.offsetMs, frozenAt: this.frozenAt };
  }

  restore(state: ClockState): void {
    this.offsetMs = state.offsetMs;
    this.frozenAt = state.frozenAt;
  }
}
