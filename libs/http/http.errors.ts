import { AppError } from '#kernel';

export const unauthorized = () =>
  new AppError('http.unauthorized', 401, 'Send a valid API key or session as `Authorization: Bearer …`.');

export const permitMissing = (permit: string) =>
  new AppError('http.permit_missing', 403, `The permit is missing: ${permit}.`, { details: { permit } });

export const tooManyRequests = (retryAfterSeconds: number) =>
  new AppError('http.too_many_requests', 429, 'This key has sent too many requests.', {
    details: { retryAfterSeconds },
  });

export const badIdempotencyKey = () =>
  new AppError('http.idempotency_key_invalid', 400, 'An Idempotency-Key is 1 to 255 visible ASCII characters.');

export const idempotencyKeyReused = () =>
  new AppError('http.idempotency_key_reused', 409, 'This Idempotency-Key was used for another request.');

export const idempotencyInFlight = () =>
  new AppError(
    'http.idempotency_in_flight',
    409,
    'The first request with this Idempotency-Key is still being worked on.',
  );
