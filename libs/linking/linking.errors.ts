import { AppError } from '#kernel';

/** 409: the LINE user is somebody else in that role. */
export function lineUserTaken(): AppError {
  return new AppError('linking.line_user_taken', 409, 'This LINE account is linked with another member in that role.');
}

/** 409: the member has another LINE user in that role. */
export function memberTaken(): AppError {
  return new AppError('linking.member_taken', 409, 'This member is linked with another LINE account in that role.');
}
