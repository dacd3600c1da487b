import { readDefinition } from '../definition/check-definition.js';
import { begin, resume, type Begun } from '../machine/machine.js';
import { prepare } from '../machine/prepare.js';
import type { Advance, Answer, JourneyEvent, Prepared, Question, RunState } from '../machine/run.js';

export const CHANNEL = '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90';
export const HELLO = [{ type: 'text', text: 'hello' }];

/** A journey that starts on carts, unless told otherwise. */
export function journey(steps: object[], rest: object = {}, timeZone = 'Asia/Tokyo'): Prepared {
  const definition = { channelId: CHANNEL, start: { on: 'event', event: 'cart' }, steps, ...rest };
  return prepare(readDefinition(definition, ''), timeZone);
}

/** An event; its moment is an instant. */
export function event(type: string, at: string, body: Record<string, unknown> = {}, seq = '1'): JourneyEvent {
  return { seq, type, at: Date.parse(at), body };
}

/** Takes a walk to its end with answers at hand. */
export function answering<T>(
  walk: Generator<Question, T, Answer>,
  answer: (question: Question) => Answer = () => true,
): T {
  let next = walk.next();
  while (!next.done) next = walk.next(answer(next.value));
  return next.value;
}

export function started(prepared: Prepared, start: JourneyEvent, answer?: (question: Question) => Answer): Begun {
  return answering(begin(prepared, '7', start), answer);
}

export function resumed(
  prepared: Prepared,
  state: RunState,
  now: string | number,
  happened: JourneyEvent[] = [],
): Advance {
  return answering(resume(prepared, state, { happened, now: typeof now === 'string' ? Date.parse(now) : now }));
}

/** What was decided, in a word each. */
export function words({ decisions }: { decisions: { step: string; decision: string }[] }): string[] {
  return decisions.map(({ step, decision }) => `${step} ${decision}`);
}
