import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { booking, drawn, drawnSteps, settled, TITLES } from '../testing/drawn-journeys.js';
import { answering } from '../testing/walking.js';
import { begin, resume } from './machine.js';
import type { Decision, Effect, JourneyEvent, Prepared, RunState } from './run.js';

const HOUR_MS = 3_600_000;
const LAST_HOUR = 24 * 8;
const SENDS = [{ id: 'last', kind: 'send', messages: [{ type: 'text', text: 'hello' }] }];
const CANCEL = { cancel: [{ event: 'purchase' }] };

const hour = fc.nat({ max: LAST_HOUR });
const start = fc
  .record({ title: fc.constantFrom(...TITLES), isPast: fc.boolean() })
  .map(({ title, isPast }) => booking(title, isPast));
/** Journeys that are taken, most of which send something at their end. */
const prepared = drawnSteps
  .map((steps) => drawn([...steps, ...SENDS], CANCEL))
  .filter((read) => 'prepared' in read)
  .map((read) => read.prepared);

interface Told {
  state: RunState;
  decisions: Decision[];
  effects: Effect[];
}

/** A run and all that has come of it. */
class Run {
  state: RunState;
  readonly decisions: Decision[] = [];
  readonly effects: Effect[] = [];

  constructor(
    private readonly journey: Prepared,
    event: JourneyEvent,
  ) {
    this.state = this.keep(answering(begin(journey, '7', event), settled) as Told);
  }

  wake(now: number, happened: readonly JourneyEvent[]): Told {
    const advance = answering(resume(this.journey, this.state, { happened, now }), settled);
    this.state = this.keep(advance);
    return advance;
  }

  get told(): Told {
    const { state, decisions, effects } = this;
    return { state, decisions, effects };
  }

  /** As a worker that is never late: woken at every moment at which a wait ends. */
  wakePromptly(until: number): void {
    while (this.state.dueAt !== null && this.state.dueAt <= until) this.wake(this.state.dueAt, []);
  }

  private keep({ state, decisions, effects }: Told): RunState {
    this.decisions.push(...decisions);
    this.effects.push(...effects);
    return state;
  }
}

describe('a run of any journey', () => {
  it('comes to the same however early, late and often it is woken, and whatever it is told twice', () => {
    const wake = fc.record({ at: hour, again: fc.nat({ max: 3 }) });
    const seen = new Set<string>();
    fc.assert(
      fc.property(prepared, start, visitHours(), fc.array(wake, { maxLength: 10 }), (journey, event, visits, wakes) => {
        const happened = visits.map((at, n) => visit(event, at, n));
        const prompt = new Run(journey, event);
        for (const one of happened) {
          prompt.wakePromptly(one.at - 1);
          prompt.wake(one.at, [one]);
        }
        prompt.wakePromptly(momentOf(event, LAST_HOUR));

        const run = new Run(journey, event);
        let told = 0;
        for (const { at, again } of [...wakes.sort((a, b) => a.at - b.at), { at: LAST_HOUR, again: 2 }]) {
          const now = momentOf(event, at);
          const known = happened.filter((one) => one.at <= now);
          run.wake(now, known.slice(Math.max(0, told - again)));
          const { decisions } = run.wake(now, []);
          expect(decisions).toEqual([]);
          told = known.length;
        }
        expect(run.told).toEqual(prompt.told);
        for (const { decision } of run.decisions) seen.add(decision);
      }),
      { seed: 31, numRuns: 400 },
    );
    const all = [
      'started',
      'waiting',
      'woke',
      'happened',
      'timed_out',
      'true',
      'false',
      'past',
      'sent',
      'stopped',
      'done',
    ];
    expect([...seen]).toEqual(expect.arrayContaining(all));
  });

  it('sends nothing any more once what cancels it is known, whenever that was', () => {
    let sentOtherwise = 0;
    fc.assert(
      fc.property(prepared, start, fc.tuple(hour, hour, hour), (journey, event, hours) => {
        const [early, bought, late] = hours.sort((a, b) => a - b);
        const run = new Run(journey, event);
        run.wake(momentOf(event, early), []);
        const before = { ...run.state };
        if (before.ended !== null) return;
        const purchase = { seq: '99', type: 'purchase', at: momentOf(event, bought), body: {} };
        const happened = [visit(event, bought, 0), purchase];
        const last = run.wake(momentOf(event, late), happened);
        expect(last.effects).toEqual([]);
        expect(last.decisions.map(({ decision }) => decision)).toEqual(['cancelled']);
        expect(last.state).toMatchObject({ ended: 'cancelled', dueAt: null, step: null });
        const others = answering(
          resume(journey, before, { happened: happened.slice(0, 1), now: momentOf(event, late) }),
          settled,
        );
        if (others.effects.length > 0) sentOtherwise++;
      }),
      { seed: 32, numRuns: 600 },
    );
    expect(sentOtherwise).toBeGreaterThan(20);
  });
});

function visitHours(): fc.Arbitrary<number[]> {
  return fc.uniqueArray(hour, { maxLength: 6 }).map((hours) => hours.sort((a, b) => a - b));
}

function momentOf(event: JourneyEvent, hours: number): number {
  return event.at + hours * HOUR_MS + 1;
}

function visit(event: JourneyEvent, hours: number, n: number): JourneyEvent {
  return { seq: String(n + 10), type: 'visit', at: momentOf(event, hours), body: {} };
}
