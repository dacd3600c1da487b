import { AppError } from '#kernel';

/** Something that needs a segment. */
export interface SegmentReferrer {
  kind: string;
  id: string;
  name: string;
}

/** @param paths JSON pointers of the references that lead back to the segment itself */
export function cycle(paths: string[]): AppError {
  return new AppError('segments.cycle', 409, 'A segment cannot be defined by itself.', {
    errors: paths.map((path) => ({ path, detail: 'leads back to the segment itself' })),
  });
}

export function segmentInUse(referrers: SegmentReferrer[]): AppError {
  return new AppError('segments.in_use', 409, 'The segment is in use.', { details: { referrers } });
}
