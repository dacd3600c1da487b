import { AppError, invalid } from '#kernel';

/** Whatever the reason: nobody learns from it whether there is such a channel. */
export function pageNotFound(): AppError {
  return new AppError('linking.page_not_found', 404, 'There is no page at this address.');
}

export function formForged(): AppError {
  return new AppError('linking.form_forged', 403, 'This form was not shown by us in this browser.');
}

/** This browser is on no way: it never was, or it is another one than before. */
export function attemptMissing(): AppError {
  return new AppError('linking.attempt_missing', 409, 'This browser has begun nothing.');
}

export function attemptExpired(): AppError {
  return new AppError('linking.attempt_expired', 410, 'The time for this attempt is over.');
}

export function tooManyStarts(): AppError {
  return new AppError('linking.too_many_starts', 429, 'Too many attempts have been started; try again soon.', {
    details: { retryAfterSeconds: 60 },
  });
}

export function hostTaken(): AppError {
  return invalid([{ path: '/host', detail: 'belongs to another workspace of this installation' }]);
}

export function formInvalid(): AppError {
  return new AppError('linking.form_invalid', 400, 'The form holds something that no form of ours sends.');
}
