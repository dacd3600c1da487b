import { AppError } from '#kernel';

export const originNotAllowed = () =>
  new AppError('tracking.origin_not_allowed', 403, 'This page may not tell what people do on it.');

export const tooManyBeacons = (retryAfterSeconds: number) =>
  new AppError('tracking.too_many_requests', 429, 'Too many requests came from here.', {
    details: { retryAfterSeconds },
  });

export const noBeacon = () =>
  new AppError('tracking.no_beacon', 415, 'Send JSON with `Content-Type: text/plain`, as `sendBeacon` does.');

/** @param rejected which of the posted events, by index, and why */
export const notStored = (rejected: { index: number; code: string; detail: string }[]) =>
  new AppError('tracking.not_stored', 400, 'Some events could not be stored.', { details: { rejected } });
