import { AppError } from '#kernel';

/** @param most bytes */
export function feedTooLarge(most: number): AppError {
  const detail = `A feed has at most ${most} bytes.`;
  return new AppError('products.feed_too_large', 413, detail, { details: { most } });
}

export function noFeed(): AppError {
  const detail =
    'Send the file itself, in UTF-8, with `Content-Type: text/tab-separated-values`, `text/csv` or `application/xml`.';
  return new AppError('products.no_feed', 415, detail);
}

export function emptyFeed(): AppError {
  return new AppError('products.empty_feed', 400, 'The file is empty.', {
    errors: [{ path: '', detail: 'must not be empty' }],
  });
}

/** @param bytes how many are here, from which to go on */
export function feedNotThere(bytes: number): AppError {
  const detail = `The feed goes on at byte ${bytes}.`;
  return new AppError('products.feed_offset', 409, detail, { details: { bytes } });
}

export function feedComplete(): AppError {
  return new AppError('products.feed_complete', 409, 'The feed has been received whole.');
}

/** @param most feeds of a workspace that are not done with */
export function tooManyFeeds(most: number): AppError {
  const detail = `At most ${most} feeds may be under way at a time.`;
  return new AppError('products.too_many_feeds', 409, detail, { details: { most } });
}
