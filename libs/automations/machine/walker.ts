import type {
  BranchStep,
  JourneyStep,
  RelativeWait,
  RichMenuStep,
  SendStep,
  TagStep,
  UntagStep,
  WaitForStep,
  WaitStep,
  WebhookStep,
} from '../definition/steps.js';
import type { RuleNode } from '#segments';
import { satisfies, testedValues } from './event-tests.js';
import type { Advance, Answer, Decision, Effect, JourneyEvent, Prepared, Question, RunEnd, RunState } from './run.js';
import { after, endOfWait, momentBeside } from './waits.js';

/** Steps of one run, waits and all: what makes more goes round for ever. */
const MOST_STEPS_MADE = 1_000;
/** Steps without a wait between them. */
const MOST_AT_ONCE = 100;
const DAY_MS = 86_400_000;

type Asking<T = void> = Generator<Question, T, Answer>;

/** Walks one run from step to step, and keeps what is to happen and why. */
export class Walker {
  private readonly state: RunState;
  private readonly effects: Effect[] = [];
  private readonly decisions: Decision[] = [];
  private atOnce = 0;
  /** The moment that a wait was to end before and that has come already, by its name; until the next wait. */
  private begun: Decision['detail'] | undefined;

  constructor(
    private readonly prepared: Prepared,
    state: RunState,
  ) {
    this.state = { ...state };
  }

  result(): Advance {
    return { state: this.state, effects: this.effects, decisions: this.decisions };
  }

  decide(step: string, decision: string, detail: Decision['detail'] = {}): void {
    this.decisions.push({ at: this.state.at, step, decision, detail });
  }

  end(ended: RunEnd): void {
    Object.assign(this.state, { ended, step: null, dueAt: null });
  }

  /** Logical time never runs backwards. */
  moveTo(at: number): void {
    this.state.at = Math.max(this.state.at, at);
  }

  *matches(rule: RuleNode): Asking<boolean> {
    const { memberId, at } = this.state;
    return (yield { ask: 'rule', rule, memberId, at }) as boolean;
  }

  /** Makes steps until it waits or has ended. @throws Error where it would make steps for ever */
  *walk(): Asking {
    while (this.state.step !== null && this.state.dueAt === null) {
      this.state.made += 1;
      this.atOnce += 1;
      if (this.state.made > MOST_STEPS_MADE) throw new Error(`The run has made more than ${MOST_STEPS_MADE} steps.`);
      if (this.atOnce > MOST_AT_ONCE) throw new Error(`The run makes more than ${MOST_AT_ONCE} steps without a wait.`);
      yield* this.make(this.current());
    }
  }

  /** Ends waits that end by `until`, and goes on from each. */
  *wake(until: number): Asking {
    while (this.state.dueAt !== null && this.state.dueAt <= until) {
      this.moveTo(this.state.dueAt);
      this.state.dueAt = null;
      this.atOnce = 0;
      const step = this.current();
      if (step.kind === 'wait-for') this.timeOut(step);
      else {
        this.decide(step.id, 'woke');
        this.goOn(step);
      }
      yield* this.walk();
    }
  }

  /** Goes on where the run waits for such an event: one that happened from the beginning of the wait to its end. */
  *happen(event: JourneyEvent): Asking {
    const { dueAt, at } = this.state;
    if (dueAt === null || event.at < at || event.at > dueAt) return;
    const step = this.current();
    if (step.kind !== 'wait-for' || step.event !== event.type) return;
    if (!satisfies(step.where, event, this.state.start)) return;
    this.moveTo(event.at + 1);
    this.state.dueAt = null;
    this.atOnce = 0;
    this.decide(step.id, 'happened', { event: event.type, seq: event.seq });
    this.goOn(step);
    yield* this.walk();
  }

  private current(): JourneyStep {
    const step = this.prepared.definition.steps.find(({ id }) => id === this.state.step);
    if (!step) throw new Error(`The journey has no step ${this.state.step}.`);
    return step;
  }

  private *make(step: JourneyStep): Asking {
    switch (step.kind) {
      case 'wait':
        return this.wait(step);
      case 'wait-for':
        return this.waitFor(step);
      case 'branch':
        return yield* this.branch(step);
      case 'send':
        yield* this.send(step);
        break;
      case 'stop':
        this.decide(step.id, 'stopped');
        return this.end('stopped');
      default:
        this.act(step);
    }
    this.goOn(step);
  }

  private wait(step: WaitStep): void {
    const { at, start } = this.state;
    const dueAt = endOfWait(step, at, start, this.prepared.timeZone);
    if (dueAt !== null && dueAt > at) return this.pause(step, dueAt, {});
    // What was asked to be now is not past.
    if (dueAt === at) return this.goOn(step);
    this.decide(step.id, 'past', dueAt === null ? { missing: step.relative!.to } : { dueAt: instant(dueAt) });
    if (dueAt !== null) this.noteBegun(step.relative!, dueAt);
    if (step.onPast !== undefined) this.goTo(step.onPast);
    else if (step.ifPast === 'stop') this.end('stopped');
    else this.goOn(step);
  }

  private noteBegun(relative: RelativeWait, dueAt: number): void {
    const moment = momentBeside(relative, this.state.start);
    if (moment !== undefined && dueAt < moment && moment <= this.state.at)
      this.begun = { [relative.to]: instant(moment) };
  }

  private waitFor(step: WaitForStep): void {
    this.pause(step, after(this.state.at, step.within, this.prepared.timeZone), { event: step.event });
  }

  private pause({ id }: JourneyStep, dueAt: number, detail: Decision['detail']): void {
    this.decide(id, 'waiting', { ...detail, dueAt: instant(dueAt) });
    this.state.dueAt = dueAt;
    this.begun = undefined;
  }

  private timeOut({ id, event, onTimeout }: WaitForStep): void {
    this.decide(id, 'timed_out', { event });
    if (onTimeout === undefined) this.end('timed_out');
    else this.goTo(onTimeout);
  }

  private *branch(step: BranchStep): Asking {
    const { start } = this.state;
    const holds = step.rule ? yield* this.matches(step.rule) : satisfies(step.event, start, start);
    this.decide(step.id, String(holds), step.event ? { values: testedValues(step.event, start) } : {});
    if (holds) return this.goOn(step);
    if (step.otherwise !== undefined) return this.goTo(step.otherwise);
    this.end('stopped');
  }

  private *send(step: SendStep): Asking {
    const { atMost, id } = step;
    // A reminder of what has begun comes too late, whatever is to become of a late one.
    if (this.begun) return this.decide(id, 'begun', this.begun);
    const { memberId, at } = this.state;
    let known: Decision['detail'] = {};
    if (atMost) {
      const { count, days } = atMost;
      const sends = (yield { ask: 'sends', stepId: id, memberId, since: at - days * DAY_MS }) as number;
      known = { sends, count, days };
      if (sends >= count) return this.decide(id, 'limited', known);
    }
    this.effects.push({ do: 'send', step, at });
    this.state.sent = true;
    this.decide(id, 'sent', known);
  }

  private act(step: TagStep | UntagStep | RichMenuStep | WebhookStep): void {
    switch (step.kind) {
      case 'tag':
      case 'untag':
        this.effects.push({ do: step.kind, tags: step.tags });
        return this.decide(step.id, step.kind === 'tag' ? 'tagged' : 'untagged', { tags: step.tags });
      case 'rich-menu':
        this.effects.push({ do: 'rich-menu', menuId: step.menuId });
        return this.decide(step.id, 'menu_chosen', { menuId: step.menuId });
      case 'webhook':
        this.effects.push({ do: 'webhook', stepId: step.id, url: step.url });
        return this.decide(step.id, 'told');
    }
  }

  private goOn(step: JourneyStep): void {
    const { steps } = this.prepared.definition;
    const next = step.next ?? steps[steps.indexOf(step) + 1]?.id;
    if (next !== undefined) return this.goTo(next);
    this.decide(step.id, 'done');
    this.end('done');
  }

  private goTo(id: string): void {
    this.state.step = id;
  }
}

function instant(at: number): string {
  return new Date(at).toISOString();
}
