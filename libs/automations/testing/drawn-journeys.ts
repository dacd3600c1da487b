import fc from 'fast-check';
import { AppError } from '#kernel';
import { readDefinition } from '../definition/check-definition.js';
import { begin, resume } from '../machine/machine.js';
import { prepare } from '../machine/prepare.js';
import type { Answer, JourneyEvent, Prepared, Question, RunState } from '../machine/run.js';
import { answering, CHANNEL, event } from './walking.js';

/** Branches by the starting event: each asks for a letter of its own in the title, so that all can differ. */
const LETTERS = ['a', 'b'];
export const TITLES = ['-', 'a', 'b', 'ab'];
const START = '2027-03-01T10:00:00Z';
const HOUR_MS = 3_600_000;
const MOST_MADE = 50;

const place = fc.option(fc.nat({ max: 5 }), { nil: undefined });
const drawnStep = fc.record({
  kind: fc.constantFrom('for', 'until', 'relative', 'wait-for', 'rule', 'event', 'tag', 'stop'),
  next: place,
  other: place,
  stops: fc.boolean(),
});
export type DrawnStep = typeof drawnStep extends fc.Arbitrary<infer T> ? T : never;

/** Steps of any kinds in any order, with ways to anywhere; many are refused. */
export const drawnSteps = fc.array(drawnStep, { minLength: 1, maxLength: 6 }).map((drawn) => {
  let letters = 0;
  let dates = 0;
  return drawn.map((step, n) => {
    // One date and two branches by the event at most, so that every way through them is open to some event.
    if (step.kind === 'event' && letters === LETTERS.length) return written({ ...step, kind: 'rule' }, n, drawn.length);
    if (step.kind === 'relative' && dates++ > 0) return written({ ...step, kind: 'for' }, n, drawn.length);
    return written(step, n, drawn.length, LETTERS[step.kind === 'event' ? letters++ : 0]);
  });
});

function written({ kind, next, other, stops }: DrawnStep, n: number, length: number, letter?: string): object {
  const to = (one: number | undefined) => (one === undefined ? undefined : `s-${one % length}`);
  const step = { id: `s-${n}`, ...(next !== undefined && { next: to(next) }) };
  const otherWay = (field: string) => (other === undefined ? {} : { [field]: to(other) });
  switch (kind) {
    case 'for':
      return { ...step, kind: 'wait', for: { hours: 5 } };
    case 'until':
      return { ...step, kind: 'wait', until: '18:00' };
    case 'relative': {
      const past = stops ? { ifPast: 'stop' } : otherWay('onPast');
      return { ...step, kind: 'wait', relative: { to: 'startsAt', hours: 0 }, ...past };
    }
    case 'wait-for':
      return { ...step, kind: 'wait-for', event: 'visit', within: { days: 1 }, ...otherWay('onTimeout') };
    case 'rule':
      return { ...step, kind: 'branch', rule: { kind: 'rank', in: [`rank-${n}`] }, ...otherWay('otherwise') };
    case 'event': {
      const titles = TITLES.filter((title) => title.includes(letter!));
      return { ...step, kind: 'branch', event: [{ field: 'title', in: titles }], ...otherWay('otherwise') };
    }
    case 'tag':
      return { ...step, kind: 'tag', tags: ['t'] };
    default:
      return { id: `s-${n}`, kind: 'stop' };
  }
}

/** The journey, or why it is refused. */
export function drawn(steps: object[], rest: object = {}): { prepared: Prepared } | { details: string[] } {
  const plain = { channelId: CHANNEL, start: { on: 'event', event: 'booking' }, steps, ...rest };
  try {
    return { prepared: prepare(readDefinition(plain, ''), 'Europe/Berlin') };
  } catch (error) {
    if (error instanceof AppError) return { details: error.extra.errors!.map(({ detail }) => detail) };
    throw error;
  }
}

/** A booking that begins before it was made, or a day after: at the time of day that journeys wait for. */
export function booking(title: string, isPast: boolean): JourneyEvent {
  const startsAt = isPast ? '2027-02-01T10:00:00Z' : '2027-03-02T18:00:00+01:00';
  return event('booking', START, { bookingId: 'b', startsAt, title, status: 'booked' });
}

/** Which way to go at the nth step, the same each time it is come to. */
export type Choice = (place: number) => boolean;

/** All there are for six steps. */
export const choices: Choice[] = Array.from({ length: 64 }, (_, number) => (place) => ((number >> place) & 1) === 1);

/**
 * Takes a run to its end, waking it at each moment it waits for; or until it has made more steps than a journey without
 * rounds could have it make. @throws Error where it makes too many without a wait
 */
export function walked(prepared: Prepared, start: JourneyEvent, choice: Choice): RunState {
  const answer = (question: Question): Answer => choice(placeIn(JSON.stringify(question)));
  const hopes = new Set(prepared.definition.steps.filter(({ kind }) => kind === 'wait-for').map(({ id }) => id));
  let state = answering(begin(prepared, '7', start), answer).state!;
  for (let seq = 2; state.ended === null && state.made < MOST_MADE; seq++) {
    const visit = { seq: String(seq), type: 'visit', at: state.at + HOUR_MS, body: {} };
    const comes = hopes.has(state.step!) && choice(placeIn(state.step!));
    const news = comes ? { happened: [visit], now: visit.at } : { happened: [], now: state.dueAt! };
    state = answering(resume(prepared, state, news), answer).state;
  }
  return state;
}

/** An answer that is the same whenever the same is asked. */
export function settled(question: Question): Answer {
  return question.ask === 'rule' ? (question.at / 1_000) % 3 > 1 : Math.floor(question.since / 1_000) % 2;
}

/** Of a step, by the number in its name or in the name of the rank that it asks for. */
function placeIn(text: string): number {
  return Number(/(?:s|rank)-(\d)/.exec(text)![1]);
}
