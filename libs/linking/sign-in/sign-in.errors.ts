import { AppError, invalid } from '#kernel';

export const loginIdTaken = () =>
  new AppError('linking.login_id_taken', 409, 'Another member of this workspace has this login id.');

/** The same for an unknown login id and a wrong password, so that nobody learns who is a member. */
export const signInRefused = () =>
  new AppError('linking.sign_in_refused', 401, 'The login id or the password is not right.');

export const signInTooOften = (retryAfterSeconds: number) =>
  new AppError('linking.sign_in_too_often', 429, 'There were too many attempts to sign in.', {
    details: { retryAfterSeconds },
  });

export const passwordWeak = (path: string, detail: string) => invalid([{ path, detail }]);

export const resetOver = () =>
  new AppError('linking.reset_over', 410, 'This link has been used, has expired, or was replaced.');

export const tooManySignInKeys = () =>
  new AppError('linking.too_many_sign_in_keys', 409, 'Two keys may live at a time: delete the one that is not used.');

export const noSignInKey = () =>
  new AppError('linking.no_sign_in_key', 409, 'Make a key first: POST /v1/sign-in-keys.');

/** @param why for the company's engineers, without anything of the answer itself */
export const answerRefused = (why: string) =>
  new AppError('linking.sign_in_answer_refused', 400, `The answer of the company's sign-in is refused: it ${why}.`);

/** The person is known to the company's sign-in, not to us. */
export const answerUnknownMember = () =>
  new AppError('linking.sign_in_member_unknown', 409, "The answer of the company's sign-in names nobody we know.");
