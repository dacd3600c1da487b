import { AppError } from '#kernel';

/** It ended, expired, or was never there in the state that this step needs. */
export function attemptOver(): AppError {
  return new AppError('linking.attempt_over', 409, 'This attempt is over, or is not where this step belongs.');
}
