import { begin, restart } from '../machine/machine.js';
import { enter, entryKey, type EarlierRun } from '../machine/reentry.js';
import type { Advance, Answer, JourneyEvent, Question, RunState } from '../machine/run.js';
import type { PreparedJourney } from '../advancing/prepared-journeys.js';
import type { Run } from '../runs/runs.repository.js';

/** A run that events have brought about, or begun anew, before anything of it is written. */
export interface Entered {
  journey: PreparedJourney;
  memberId: string;
  key: string | null;
  advance: Advance;
  /** The stored run that began anew; undefined for a new one. */
  stored?: Run;
  /** Why it could not be walked; it then stands before its first step. */
  error?: unknown;
}

interface Known extends EarlierRun {
  state: RunState;
  stored?: Run;
  entered?: Entered;
}

/**
 * Lets a member's events bring them into a journey, in the order of the events, as far as they may come in again.
 * @param stored all runs that the member has had in the journey
 */
export function* enterAll(
  journey: PreparedJourney,
  memberId: string,
  events: readonly JourneyEvent[],
  stored: readonly Run[],
): Generator<Question, Entered[], Answer> {
  const { reentry } = journey.prepared.definition;
  const known = stored.map((run) => knownRun(run.state, run.key, { stored: run }));
  const all: Entered[] = [];
  for (const event of events) {
    const entry = enter(reentry, event, known);
    if (entry.entry === 'ignore') continue;
    if (entry.entry === 'restart') {
      const entered = yield* again(journey, entry.of, event);
      if (!all.includes(entered)) all.push(entered);
      Object.assign(entry.of, knownRun(entered.advance.state, entry.of.key, { entered }));
      continue;
    }
    const entered = yield* anew(journey, memberId, event);
    if (!entered) continue;
    all.push(entered);
    known.push(knownRun(entered.advance.state, entered.key, { entered }));
  }
  return all;
}

function* anew(
  journey: PreparedJourney,
  memberId: string,
  event: JourneyEvent,
): Generator<Question, Entered | undefined, Answer> {
  const key = entryKey(journey.prepared.definition.reentry, event);
  try {
    const { state, effects, decisions } = yield* begin(journey.prepared, memberId, event);
    return state ? { journey, memberId, key, advance: { state, effects, decisions } } : undefined;
  } catch (error) {
    // A person is to see it; and what is wrong with one start must not keep others from starting.
    return { journey, memberId, key, advance: untouched(journey, memberId, event), error };
  }
}

/** What the run had come to before stays in its trace. */
function* again(journey: PreparedJourney, of: Known, event: JourneyEvent): Generator<Question, Entered, Answer> {
  const { state, effects, decisions } = yield* restart(journey.prepared, of.state, event);
  const entered = of.entered ?? {
    journey,
    memberId: of.state.memberId,
    key: of.key,
    advance: undefined!,
    stored: of.stored,
  };
  const before = of.entered?.advance;
  entered.advance = {
    state,
    effects: [...(before?.effects ?? []), ...effects],
    decisions: [...(before?.decisions ?? []), ...decisions],
  };
  return entered;
}

function knownRun(state: RunState, key: string | null, of: { stored?: Run; entered?: Entered }): Known {
  const { start, sent, ended } = state;
  return { startSeq: start.seq, startAt: start.at, key, sent, ended, state, ...of };
}

/** The same as it stands before its first step, for whom the steps are made later and alone. */
export function beforeFirstStep({ advance, ...entered }: Entered): Entered {
  const decisions = advance.decisions.filter(({ step }) => step === 'start');
  return { ...entered, advance: { ...untouched(entered.journey, entered.memberId, advance.state.start), decisions } };
}

function untouched({ prepared }: PreparedJourney, memberId: string, start: JourneyEvent): Advance {
  const step = prepared.definition.steps[0]!.id;
  // A start is a millisecond after its event, so that rules see that.
  const at = start.at + 1;
  const state = { memberId, start, at, step, dueAt: null, sent: false, made: 0, ended: null };
  return { state, effects: [], decisions: [] };
}
