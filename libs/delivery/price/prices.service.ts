import type { Scope } from '#kernel';
import type { QuoteDto, QuoteRequest } from './quote.dto.js';

/** What sends cost, before they are made. */
export abstract class Prices {
  /** @throws AppError 404 for an unknown channel */
  abstract quote(scope: Scope, request: QuoteRequest): Promise<QuoteDto>;
}
