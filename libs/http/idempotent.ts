import { applyDecorators, SetMetadata, UseInterceptors } from '@nestjs/common';
import { IdempotencyInterceptor } from './idempotency.interceptor.js';

export const IDEMPOTENT = 'http.idempotent';

/**
 * For POSTs that create something: with an `Idempotency-Key`, the same request gets the same answer for 24 hours.
 * The handler then runs inside a transaction, in which its effects and its answer commit together; so all it does must
 * be done in the ambient transaction.
 */
export function Idempotent(): MethodDecorator {
  return applyDecorators(SetMetadata(IDEMPOTENT, true), UseInterceptors(IdempotencyInterceptor));
}
