import { AppError } from '#kernel';
import { LINE_LIMITS } from '#line';

const { most, imageBytes } = LINE_LIMITS.richMenus;

export function tooManyMenus(): AppError {
  return new AppError(
    'rich-menus.too_many',
    409,
    `LINE allows ${most} rich menus for an account, and that many are here.`,
  );
}

/** @param referrers rules and menus that still need it */
export function menuInUse(referrers: { kind: string; id: string; name: string }[]): AppError {
  return new AppError('rich-menus.in_use', 409, 'The rich menu is in use.', { details: { referrers } });
}

export function noImage(): AppError {
  return new AppError('rich-menus.no_image', 415, 'Send a picture with `Content-Type: image/png` or `image/jpeg`.');
}

export function imageTooLarge(bytes: number): AppError {
  const detail = `The picture has ${bytes} bytes, LINE takes at most ${imageBytes}.`;
  return new AppError('rich-menus.image_too_large', 413, detail, { details: { bytes, most: imageBytes } });
}

/** @param detail what is wrong, with the numbers */
export function imageUnfit(detail: string): AppError {
  return new AppError('rich-menus.image_unfit', 400, detail, { errors: [{ path: '', detail }] });
}
