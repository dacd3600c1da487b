import type { ApiRequest } from './api-request.js';
import { badIdempotencyKey } from './http.errors.js';

/** The request's Idempotency-Key, if it has one. @throws AppError 400 where it cannot be one */
export function idempotencyKey(request: ApiRequest): string | undefined {
  const header = request.headers['idempotency-key'];
  if (header === undefined) return undefined;
  if (typeof header !== 'string' || !/^[\x21-\x7e]{1,255}$/.test(header)) throw badIdempotencyKey();
  return header;
}
