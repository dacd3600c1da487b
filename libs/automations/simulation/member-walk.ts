import type { SendStep } from '../definition/steps.js';
import { begin, restart, resume } from '../machine/machine.js';
import { startsOn } from '../machine/prepare.js';
import { enter, entryKey, type EarlierRun } from '../machine/reentry.js';
import type { Advance, Answer, Decision, JourneyEvent, Prepared, Question, RunState } from '../machine/run.js';

/** What one member did, in order of time. */
export interface Timeline {
  memberId: string;
  events: readonly JourneyEvent[];
}

/** Something that a run would hand to delivery. */
export interface SimulatedSend {
  step: SendStep;
  /** Milliseconds since 1970. */
  at: number;
  /** Of the event that started the run. */
  body: JourneyEvent['body'];
}

/** One way through the journey. */
export class SimulatedRun implements EarlierRun {
  readonly decisions: Decision[] = [];
  /** It threw, and would be parked. */
  failed = false;

  constructor(
    public state: RunState,
    readonly key: string | null,
  ) {}

  get startSeq(): string {
    return this.state.start.seq;
  }

  get startAt(): number {
    return this.state.start.at;
  }

  get sent(): boolean {
    return this.state.sent;
  }

  get ended(): RunState['ended'] {
    return this.state.ended;
  }

  get waits(): boolean {
    return !this.failed && this.state.dueAt !== null;
  }
}

/** All that came of one member's timeline. */
export interface Walked {
  memberId: string;
  runs: SimulatedRun[];
  /** Decisions not to let the member in. */
  filteredOut: Decision[];
  /** Events that would have started a run, had the member not been in before. */
  ignored: number;
  sends: SimulatedSend[];
}

type Asking<T = void> = Generator<Question, T, Answer>;

/**
 * Walks one member through a journey on a clock of their own: events in their order, ends of waits at their moments, and
 * of both at the same moment the event. As live, an event first starts runs and is then told to those that wait.
 * @param until the clock stops here; milliseconds since 1970, or `Infinity`
 */
export function* walkMember(prepared: Prepared, { memberId, events }: Timeline, until: number): Asking<Walked> {
  const walk = new MemberWalk(prepared, memberId);
  for (const event of events) {
    yield* walk.wakeBefore(event.at);
    yield* walk.hear(event);
  }
  yield* walk.wakeBefore(until);
  return walk.walked;
}

class MemberWalk {
  readonly walked: Walked;
  private readonly waiting = new Set<SimulatedRun>();

  constructor(
    private readonly prepared: Prepared,
    private readonly memberId: string,
  ) {
    this.walked = { memberId, runs: [], filteredOut: [], ignored: 0, sends: [] };
  }

  /** Ends waits in the order in which they end. */
  *wakeBefore(moment: number): Asking {
    for (let run = this.firstDue(moment); run; run = this.firstDue(moment))
      yield* this.take(run, resume(this.prepared, run.state, { happened: [], now: run.state.dueAt! }));
  }

  *hear(event: JourneyEvent): Asking {
    const listening = this.prepared.listensTo.has(event.type) ? [...this.waiting] : [];
    const begunAnew = startsOn(this.prepared, event) ? yield* this.start(event) : undefined;
    for (const run of listening)
      if (run !== begunAnew)
        yield* this.take(run, resume(this.prepared, run.state, { happened: [event], now: event.at }));
  }

  /** @returns the run that begins anew with the event, if one does */
  private *start(event: JourneyEvent): Asking<SimulatedRun | undefined> {
    const { definition } = this.prepared;
    // Whom the rule does not name when the clock strikes is never looked at.
    if (event.type === 'schedule' && definition.filter) {
      const { memberId } = this;
      if (!(yield { ask: 'rule', rule: definition.filter, memberId, at: event.at })) return undefined;
    }
    const entry = enter(definition.reentry, event, this.walked.runs);
    switch (entry.entry) {
      case 'ignore':
        this.walked.ignored += 1;
        return undefined;
      case 'restart':
        yield* this.take(entry.of, restart(this.prepared, entry.of.state, event));
        return entry.of;
      case 'start':
        yield* this.begin(event);
        return undefined;
    }
  }

  private *begin(event: JourneyEvent): Asking {
    const { prepared, memberId } = this;
    // Where it stands before its first step, and stays if it cannot make that.
    const place = { at: event.at + 1, step: prepared.definition.steps[0]!.id, dueAt: null };
    const state = { memberId, start: event, ...place, sent: false, made: 0, ended: null };
    const run = new SimulatedRun(state, entryKey(prepared.definition.reentry, event));
    const begun = yield* this.attempt(run, begin(prepared, memberId, event));
    if (begun && !begun.state) {
      this.walked.filteredOut.push(...begun.decisions);
      return;
    }
    this.walked.runs.push(run);
    if (begun?.state) this.put(run, { ...begun, state: begun.state });
  }

  private *take(run: SimulatedRun, walk: Asking<Advance>): Asking {
    const advance = yield* this.attempt(run, walk);
    if (advance) this.put(run, advance);
  }

  private put(run: SimulatedRun, { state, effects, decisions }: Advance): void {
    run.state = state;
    run.failed = false;
    run.decisions.push(...decisions);
    for (const effect of effects)
      if (effect.do === 'send') this.walked.sends.push({ step: effect.step, at: effect.at, body: state.start.body });
    if (run.waits) this.waiting.add(run);
    else this.waiting.delete(run);
  }

  /** A run that throws is left where it is, as live, where a person decides what becomes of it. */
  private *attempt<T>(run: SimulatedRun, walk: Asking<T>): Asking<T | undefined> {
    try {
      return yield* this.answering(walk);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      run.failed = true;
      const { at, step } = run.state;
      run.decisions.push({ at, step: step ?? 'start', decision: 'failed', detail: { error: error.message } });
      this.waiting.delete(run);
      return undefined;
    }
  }

  /** What the journey has sent so far is known here; everything else is asked. */
  private *answering<T>(walk: Asking<T>): Asking<T> {
    let next = walk.next();
    while (!next.done) {
      const question = next.value;
      next = walk.next(question.ask === 'sends' ? this.countSends(question) : yield question);
    }
    return next.value;
  }

  private countSends({ stepId, since }: { stepId: string; since: number }): number {
    return this.walked.sends.filter(({ step, at }) => step.id === stepId && at >= since).length;
  }

  private firstDue(moment: number): SimulatedRun | undefined {
    let first: SimulatedRun | undefined;
    for (const run of this.waiting) {
      const { dueAt } = run.state;
      if (dueAt !== null && dueAt < moment && (!first || dueAt < first.state.dueAt!)) first = run;
    }
    return first;
  }
}
