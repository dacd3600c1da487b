import { AppError } from '#kernel';

/** The channel has no Login channel beside it: only its talk leads to a link. */
export function loginUnavailable(): AppError {
  return new AppError('linking.login_unavailable', 409, 'This channel has no LINE Login channel.');
}

/** LINE sent somebody back with something that is not what we had asked for. */
export function loginFailed(): AppError {
  return new AppError('linking.login_failed', 400, 'LINE Login did not tell who this is.');
}

export function lineUnreachable(): AppError {
  return new AppError('linking.line_unreachable', 502, 'LINE gave no answer.');
}
