import type { LineAnswer } from './line-transport.js';

/** Ways in which a call gets no answer that could be used. Each says what to do next. */
export type LineFailure =
  /** 5xx, deadline, connection lost: LINE may or may not have done it. Repeat with the same retry key. */
  | { kind: 'unknown'; requestId?: string; error: string }
  /** 429 for rate: nothing was done. Slow down, then repeat with the same retry key. */
  | { kind: 'rate-limited'; requestId?: string }
  /** 429 for the monthly limit: nothing was done, and nothing will be until there is quota. */
  | { kind: 'quota'; requestId?: string }
  /** LINE does not take this request, nothing was done. `badRecipient` is the n of a refused `to[n]`. */
  | { kind: 'refused'; requestId?: string; status: number; error: string; badRecipient?: number }
  /** 401 or 403: the channel's credentials or rights are not what they should be. */
  | { kind: 'unauthorized'; requestId?: string; status: number; error: string };

/**
 * What became of a send. `before` is true where LINE had accepted the same retry key earlier; `requestId` is then that
 * of the accepted request. Accepted does not mean delivered, let alone read.
 */
export type SendOutcome = { kind: 'accepted'; requestId: string; before: boolean } | LineFailure;

/** What became of a question to LINE. */
export type ReadOutcome<T> = { kind: 'answered'; requestId: string; value: T } | LineFailure;

export interface ContentError {
  message: string;
  /** Where, in LINE's notation: `messages[0].text`. */
  property?: string;
}

/** What LINE's validate endpoints say of message objects. */
export type ValidationOutcome =
  { ok: true } | { ok: false; errors: ContentError[] } | Exclude<LineFailure, { kind: 'refused' }>;

interface ErrorBody {
  message?: unknown;
  details?: unknown;
}

/** Long enough for any text of LINE's, short enough for a gateway's page. */
const LONGEST_ERROR = 1_000;

/** The meaning of an answer to push or multicast. */
export function sendOutcome(answer: LineAnswer): SendOutcome {
  const { status, requestId } = answer;
  if (isSuccess(status)) return { kind: 'accepted', requestId, before: false };
  if (status === 409) {
    const acceptedId = answer.header('x-line-accepted-request-id');
    if (acceptedId || /already accepted/i.test(answer.raw)) {
      return { kind: 'accepted', requestId: acceptedId ?? requestId, before: true };
    }
  }
  return failure(answer);
}

/** The meaning of an answer to a question. */
export function readOutcome<T>(answer: LineAnswer): ReadOutcome<T> {
  const { status, requestId } = answer;
  if (!isSuccess(status)) return failure(answer);
  const value = answer.json();
  if (value === undefined) return { kind: 'unknown', requestId, error: 'the answer is not JSON' };
  return { kind: 'answered', requestId, value: value as T };
}

export function validationOutcome(answer: LineAnswer): ValidationOutcome {
  if (isSuccess(answer.status)) return { ok: true };
  const failed = failure(answer);
  if (failed.kind !== 'refused') return failed;
  const errors = detailsOf(bodyOf(answer));
  return { ok: false, errors: errors.length ? errors : [{ message: failed.error }] };
}

function failure(answer: LineAnswer): LineFailure {
  const { status, requestId } = answer;
  const error = errorText(answer);
  if (status === 429) return { kind: /monthly limit/i.test(answer.raw) ? 'quota' : 'rate-limited', requestId };
  if (status === 401 || status === 403) return { kind: 'unauthorized', requestId, status, error };
  // 408 is an edge that gave up waiting, and a redirect is somebody else's answer: neither tells whether it was done.
  if (status < 400 || status >= 500 || status === 408)
    return { kind: 'unknown', requestId, error: `${status}: ${error}` };
  return { kind: 'refused', requestId, status, error, badRecipient: badRecipient(bodyOf(answer)) };
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300;
}

function bodyOf(answer: LineAnswer): ErrorBody {
  const body = answer.json();
  return typeof body === 'object' && body !== null ? body : {};
}

function detailsOf({ details }: ErrorBody): ContentError[] {
  if (!Array.isArray(details)) return [];
  return (details as (Record<string, unknown> | null)[])
    .filter((detail) => detail !== null && typeof detail === 'object')
    .map(({ message, property }) => ({
      message: typeof message === 'string' ? message : 'not valid',
      ...(typeof property === 'string' ? { property } : {}),
    }));
}

/** LINE names a bad id of a multicast in its message (`The property, to[1], …`) or as `property` of a detail. */
function badRecipient(body: ErrorBody): number | undefined {
  const named = detailsOf(body).map(({ property }) => property ?? '');
  const inText = /property,\s*'?(to\[\d+\])/.exec(typeof body.message === 'string' ? body.message : '')?.[1] ?? '';
  for (const name of [inText, ...named]) {
    const index = /^to\[(\d+)\]/.exec(name)?.[1];
    if (index !== undefined) return Number(index);
  }
  return undefined;
}

function errorText(answer: LineAnswer): string {
  const body = bodyOf(answer);
  const message = typeof body.message === 'string' ? body.message : answer.raw.trim() || `status ${answer.status}`;
  const details = detailsOf(body).map((detail) => `${detail.property ?? ''} ${detail.message}`.trim());
  return [message, ...details].join('; ').slice(0, LONGEST_ERROR);
}
