import { describe, expect, it } from '@jest/globals';
import { AppError } from '#kernel';
import { RetryAfter } from '../declarations/retry-after.js';
import { backoff } from './backoff.js';
import { describeError } from './describe-error.js';
import { outcomeOf } from './outcome.js';

const second = { number: 2, most: 10, random: 0.5 };

describe('outcomeOf', () => {
  it('parks a refusal at once', () => {
    expect(outcomeOf(new AppError('a.b', 409, 'No.'), second)).toEqual({ kind: 'parked', error: 'a.b: No.' });
  });

  it('moves what asks to run later, without counting', () => {
    expect(outcomeOf(new RetryAfter(500), second)).toEqual({ kind: 'later', inMs: 500, error: null, counted: false });
  });

  it('counts anything else, and parks it when that was its last attempt', () => {
    expect(outcomeOf(new Error('x'), second)).toMatchObject({ kind: 'later', inMs: 1_500, counted: true });
    expect(outcomeOf(new Error('x'), { ...second, number: 10 })).toMatchObject({ kind: 'parked' });
  });
});

describe('backoff', () => {
  it('doubles from a second to a quarter of an hour', () => {
    expect([1, 2, 3, 10, 11, 60].map((attempt) => backoff(attempt, 1))).toEqual([
      1_000, 2_000, 4_000, 512_000, 900_000, 900_000,
    ]);
  });

  it('is scattered over its upper half', () => {
    expect(backoff(3, 0)).toBe(2_000);
    expect(backoff(3, 0.5)).toBe(3_000);
  });
});

describe('describeError', () => {
  it('names kind, code, constraint and place, and never repeats the message', () => {
    const error = Object.assign(new RangeError('山田花子'), { code: '23505', constraint: 'members_pkey' });
    expect(describeError(error)).toMatch(
      /^RangeError 23505 members_pkey at libs\/jobs\/running\/outcome\.spec\.ts:\d+$/,
    );
  });

  it('says where in the payload something does not fit', () => {
    const refused = new AppError('request.invalid', 400, 'Not valid.', {
      errors: [{ path: '/note', detail: 'must be a string' }],
    });
    expect(describeError(refused)).toBe('request.invalid: Not valid. /note must be a string');
  });

  it('can live with what is no error at all', () => {
    expect(describeError('山田')).toBe('A string was thrown.');
    expect(describeError(null)).toBe('A object was thrown.');
    expect(describeError(Object.assign(new Error('x'), { stack: undefined }))).toBe('Error');
  });
});
