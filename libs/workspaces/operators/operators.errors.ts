import { AppError } from '#kernel';

export const emailTaken = () =>
  new AppError('operators.email_taken', 409, 'An operator with this e-mail address exists already.');

export const lastWriter = () =>
  new AppError(
    'operators.last_writer',
    409,
    'This is the last operator who can let others in: give somebody else operators.write first.',
  );

/** The same for an unknown address and a wrong password, so that nobody learns who is an operator. */
export const signInRefused = () =>
  new AppError('sessions.refused', 401, 'The e-mail address or the password is not right.');

export const signInTooOften = (retryAfterSeconds: number) =>
  new AppError('sessions.too_many_attempts', 429, 'There were too many attempts to sign in.', {
    details: { retryAfterSeconds },
  });

export const passwordsBusy = () =>
  new AppError('workspaces.passwords_busy', 503, 'Too many passwords are being checked at this moment; try again.');
