import { AppError } from '#kernel';

/** @param id of the code that waits for this user */
export function codeOpenAlready(id: string): AppError {
  return new AppError('linking.code_open_already', 409, 'This user has an open code of this contract; replace it.', {
    details: { id },
  });
}
