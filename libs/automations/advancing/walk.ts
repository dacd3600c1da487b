import type { AtMost } from '../definition/steps.js';
import type { Advance, Answer, Prepared, Question } from '../machine/run.js';
import type { TracedDecision } from '../runs/trace.repository.js';
import type { PreparedJourney } from './prepared-journeys.js';

const DAY_MS = 86_400_000;

/** How far a run has come, before anything of it is written. */
export interface Walk {
  journey: PreparedJourney;
  runId: string;
  memberId: string;
  /** Decisions of the run that are written already. */
  decided: number;
  advance: Advance;
}

/** What came of taking one run on: a mistake in one must not cost the others their turn. */
export type Outcome<T> = { result: T; error?: undefined } | { result?: undefined; error: unknown };

/** A walk that ends with its error instead of throwing it. */
export function* guarded<T>(walk: Generator<Question, T, Answer>): Generator<Question, Outcome<T>, Answer> {
  try {
    return { result: yield* walk };
  } catch (error) {
    return { error };
  }
}

/** A walk of one member that is told of what it sends on the way, too, which is not written before its end. */
export function* countingItself<T>(
  walk: Generator<Question, T, Answer>,
  prepared: Prepared,
): Generator<Question, T, Answer> {
  const own: { stepId: string; at: number }[] = [];
  let next = walk.next();
  while (!next.done) {
    const question = next.value;
    let answer = yield question;
    if (question.ask === 'sends') {
      const { stepId, since } = question;
      const sends = Number(answer) + own.filter((one) => one.stepId === stepId && one.at >= since).length;
      const { count, days } = limitOf(prepared, stepId);
      if (sends < count) own.push({ stepId, at: since + days * DAY_MS });
      answer = sends;
    }
    next = walk.next(answer);
  }
  return next.value;
}

/** Of a step that asked for it. */
function limitOf({ definition }: Prepared, stepId: string): AtMost {
  const step = definition.steps.find(({ id }) => id === stepId);
  if (step?.kind !== 'send' || !step.atMost) throw new Error(`Step ${stepId} has no limit.`);
  return step.atMost;
}

/** Its new decisions in their places. */
export function tracedDecisions({ runId, memberId, decided, advance }: Walk): TracedDecision[] {
  return advance.decisions.map((decision, i) => ({ ...decision, memberId, runId, number: decided + i + 1 }));
}

/** What is stored and shown of an error. */
export function describe(error: unknown): string {
  return (error instanceof Error ? `${error.name}: ${error.message}` : String(error)).slice(0, 1_000);
}
