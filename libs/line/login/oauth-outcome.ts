import { LineUnreachable, type LineAnswer } from '../line-transport.js';
import { readOutcome, type ReadOutcome } from '../send-outcome.js';

/**
 * What became of a call to one of LINE Login's endpoints.
 * @param meaning what a 2xx says; undefined where it does not say what it should
 */
export async function oauthOutcome<T>(
  call: Promise<LineAnswer>,
  meaning: (answer: LineAnswer) => T | undefined,
): Promise<ReadOutcome<T>> {
  let answer: LineAnswer;
  try {
    answer = await call;
  } catch (error) {
    if (error instanceof LineUnreachable) return { kind: 'unknown', error: error.message };
    throw error;
  }
  const { status, requestId } = answer;
  if (status >= 200 && status < 300) {
    const value = meaning(answer);
    if (value === undefined)
      return { kind: 'unknown', requestId, error: 'the answer does not hold what was asked for' };
    return { kind: 'answered', requestId, value };
  }
  const failed = readOutcome<T>(answer);
  return 'error' in failed ? { ...failed, error: oauthError(answer) } : failed;
}

/** An answer whose status says everything. */
export function nothing(): null {
  return null;
}

/** A field of an answer's JSON object. */
export function fieldOf(answer: LineAnswer, name: string): unknown {
  const body = answer.json();
  return typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[name] : undefined;
}

/** These endpoints answer `{ error, error_description }`, deauthorize `{ message }`; nothing else is repeated. */
function oauthError(answer: LineAnswer): string {
  const said = ['error', 'error_description', 'message']
    .map((name) => fieldOf(answer, name))
    .filter((text) => typeof text === 'string');
  return [`status ${answer.status}`, ...said].join(': ').slice(0, LONGEST_ERROR);
}

const LONGEST_ERROR = 300;
