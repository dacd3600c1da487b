import { AppError, invalid } from '#kernel';

/** 409: visitors would be told that there is no such page. @param missing what it waits for */
export function pageClosed(missing: string[]): AppError {
  return new AppError('linking.page_closed', 409, 'The link page of the channel is not shown.', {
    details: { missing },
  });
}

export function unknownMember(): AppError {
  return invalid([{ path: '/memberId', detail: 'is not a member of this workspace' }]);
}

/** 409: used before, expired, or another session's. */
export function codeNotGood(): AppError {
  return new AppError('linking.session_code_refused', 409, 'The code was used before, has expired, or is another one.');
}

/** 409: the result was not `unknown`, somebody was linked already, or its time is over. */
export function nobodyToLink(): AppError {
  return new AppError('linking.session_not_open', 409, 'There is nobody to be linked in this session any more.');
}

/** 410, for visitors: the address was opened before, or its time is over. */
export function sessionOver(): AppError {
  return new AppError('linking.session_over', 410, 'This sign-in was begun before, or its time is over.');
}
