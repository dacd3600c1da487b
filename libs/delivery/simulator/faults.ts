import type { Dice } from './dice.js';

/** How likely each kind is where it may happen, in a schedule that has it at all. */
const LIKELY = {
  // on the way to LINE and back
  'lost on the way': 0.15,
  'arrives late': 0.2,
  'answer lost': 0.2,
  'late answer': 0.2,
  '429 rate': 0.2,
  '500 before': 0.1,
  '500 after': 0.15,
  'question lost': 0.3,
  // a worker and its store
  'worker killed': 0.04,
  'lock lost': 0.03,
  'statement failed': 0.04,
  'commit answer lost': 0.04,
  // what people do meanwhile
  pause: 0.03,
  cancel: 0.015,
  block: 0.05,
  unlink: 0.03,
  'role ended': 0.02,
  // what the channel meets
  '401': 0.01,
  'quota spent': 0.02,
  'quota reserved': 0.02,
  'hours pass': 0.02,
  'a day passes': 0.01,
} as const;

export type Fault = keyof typeof LIKELY;
/** Of which kinds the consequences are counted, beside the faults themselves. */
export type Met = Fault | '400' | '429 quota' | '429 reserved';
export const FAULTS = Object.keys(LIKELY) as Fault[];

/**
 * Which faults a schedule has. Each has about a third of them, so that there are quiet schedules and ones in which two
 * kinds meet undisturbed by the rest.
 */
export class Faults {
  private readonly rates = new Map<Fault, number>();
  readonly counts = new Map<Met, number>();

  constructor(private readonly dice: Dice) {
    for (const fault of FAULTS) if (dice.happens(0.35)) this.rates.set(fault, LIKELY[fault] * (0.5 + dice.next()));
  }

  has(fault: Fault): boolean {
    return this.rates.has(fault);
  }

  happens(fault: Fault): boolean {
    const happens = this.strikes(fault);
    if (happens) this.met(fault);
    return happens;
  }

  /** As `happens`, where it is not sure yet that there is anything to strike. */
  strikes(fault: Fault): boolean {
    const rate = this.rates.get(fault);
    return rate !== undefined && this.dice.happens(rate);
  }

  met(kind: Met): void {
    this.counts.set(kind, (this.counts.get(kind) ?? 0) + 1);
  }

  /** From now on nothing goes wrong. */
  end(): void {
    this.rates.clear();
  }
}
