import { AppError } from '#kernel';
import { RetryAfter } from '../declarations/retry-after.js';
import { backoff } from './backoff.js';
import { describeError } from './describe-error.js';

/** What becomes of a row whose handler threw. */
export type Outcome =
  | { kind: 'later'; inMs: number; error: string | null; counted: boolean }
  /** Nobody runs it again until somebody says so. */
  | { kind: 'parked'; error: string };

export interface Attempt {
  /** Which one this was, from 1. */
  number: number;
  /** After how many failed ones the row is parked. */
  most: number;
  /** 0 ≤ x < 1, for the jitter. */
  random: number;
}

export function outcomeOf(thrown: unknown, attempt: Attempt): Outcome {
  if (thrown instanceof RetryAfter) {
    return { kind: 'later', inMs: thrown.milliseconds, error: thrown.why ?? null, counted: false };
  }
  const error = describeError(thrown);
  if (thrown instanceof AppError || attempt.number >= attempt.most) return { kind: 'parked', error };
  return { kind: 'later', inMs: backoff(attempt.number, attempt.random), error, counted: true };
}
