import { AppError } from '#kernel';

/** 409: used, replaced, cancelled or expired, by whoever was first. */
export function takeoverOver(): AppError {
  return new AppError('linking.takeover_over', 409, 'This takeover code has been used, was replaced, or has expired.');
}

/** 400: there is no such code. */
export function takeoverCodeWrong(): AppError {
  return new AppError('linking.takeover_code_wrong', 400, 'There is no such takeover code; capitals count.');
}

/** 429: wrong codes came too often. @param waitMs until the next may be tried */
export function takeoverTooOften(waitMs: number): AppError {
  const seconds = Math.ceil(waitMs / 1_000);
  return new AppError('linking.takeover_too_often', 429, `Too many wrong codes: try again in ${seconds} s.`, {
    details: { retryAfterSeconds: seconds },
  });
}

/** 409: the code is entered by the LINE account that asked for it. */
export function takeoverSameAccount(): AppError {
  return new AppError(
    'linking.takeover_same_account',
    409,
    'Enter the code with the new LINE account, not the old one.',
  );
}

/** 403: who signed in is not the member whose links are to move. */
export function takeoverOtherMember(): AppError {
  return new AppError(
    'linking.takeover_other_member',
    403,
    'This code belongs to another member than the one signed in.',
  );
}

/** 409: there is nothing that could move. */
export function takeoverNotLinked(): AppError {
  return new AppError('linking.takeover_not_linked', 409, 'The member is not linked with that LINE account.');
}

/** 409: the member has several LINE users on the channel. */
export function takeoverWhich(): AppError {
  return new AppError(
    'linking.takeover_which',
    409,
    'The member has several LINE accounts here: name one as lineUserId.',
  );
}

/** 409: it was not done, was undone, or its day is over. */
export function takeoverUndoOver(): AppError {
  return new AppError('linking.takeover_undo_over', 409, 'Only a takeover that is done can be undone, for a day.');
}

/** 409: the links have moved on since. */
export function takeoverMovedOn(): AppError {
  return new AppError('linking.takeover_moved_on', 409, 'The links were taken over again since: undo that one first.');
}
