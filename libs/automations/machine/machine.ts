import type { Cancel } from '../definition/journey-definition.js';
import { satisfies } from './event-tests.js';
import type { Advance, Answer, Decision, Effect, JourneyEvent, Prepared, Question, RunState } from './run.js';
import { Walker } from './walker.js';

/** What comes of an event that may start a run. */
export interface Begun {
  /** Null where the filter lets the member not in. */
  state: RunState | null;
  effects: Effect[];
  decisions: Decision[];
}

/** Begins a run and takes it to its first wait, or to its end. */
export function* begin(prepared: Prepared, memberId: string, event: JourneyEvent): Generator<Question, Begun, Answer> {
  const walker = new Walker(prepared, atStart(prepared, memberId, event));
  if (!(yield* letIn(prepared, walker))) return { ...walker.result(), state: null };
  walker.decide('start', 'started', { event: event.type, seq: event.seq });
  yield* walker.walk();
  return walker.result();
}

/** Begins a run that waits, and has sent nothing yet, anew with a later event. */
export function* restart(
  prepared: Prepared,
  state: RunState,
  event: JourneyEvent,
): Generator<Question, Advance, Answer> {
  const walker = new Walker(prepared, atStart(prepared, state.memberId, event));
  if (yield* letIn(prepared, walker)) {
    walker.decide('start', 'restarted', { event: event.type, seq: event.seq });
    yield* walker.walk();
  } else {
    walker.end('cancelled');
  }
  return walker.result();
}

export interface News {
  /** What the member did since the run last looked, in order of time. */
  happened: readonly JourneyEvent[];
  /** Milliseconds since 1970. */
  now: number;
}

/**
 * Takes a waiting run on. What cancels it comes before everything else that is still to be done, also where its wait has
 * ended earlier: who has bought is not reminded, however late we are. Otherwise events and ends of waits come in the
 * order of time, and of both at the same moment the event.
 */
export function* resume(prepared: Prepared, state: RunState, news: News): Generator<Question, Advance, Answer> {
  const walker = new Walker(prepared, state);
  if (state.ended) return walker.result();
  const cancelling = news.happened.find((event) => isCancelled(prepared.cancels, event, state.start));
  if (cancelling) {
    walker.moveTo(cancelling.at);
    walker.decide('cancel', 'cancelled', { event: cancelling.type, seq: cancelling.seq });
    walker.end('cancelled');
    return walker.result();
  }
  // A run that stands before a step, because it was parked there or never came to it, makes that first: it may be what
  // waits for what has happened since.
  yield* walker.walk();
  for (const event of news.happened) {
    yield* walker.wake(Math.min(event.at - 1, news.now));
    yield* walker.happen(event);
  }
  yield* walker.wake(news.now);
  return walker.result();
}

/** A start is a millisecond after its event: what happens at the moment of a question does not exist for it yet. */
function atStart({ definition }: Prepared, memberId: string, start: JourneyEvent): RunState {
  const step = definition.steps[0]!.id;
  return { memberId, start, at: start.at + 1, step, dueAt: null, sent: false, made: 0, ended: null };
}

function* letIn({ definition: { filter } }: Prepared, walker: Walker): Generator<Question, boolean, Answer> {
  if (!filter || (yield* walker.matches(filter))) return true;
  walker.decide('start', 'filtered_out', {});
  return false;
}

function isCancelled(cancels: readonly Cancel[], event: JourneyEvent, start: JourneyEvent): boolean {
  return cancels.some(
    (cancel) => (cancel.event ?? cancel.change) === event.type && satisfies(cancel.where, event, start),
  );
}
