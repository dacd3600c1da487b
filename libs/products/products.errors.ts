import { AppError } from '#kernel';

/** Why one product was not stored; its neighbours are. */
export interface Refusal {
  code: string;
  detail: string;
}

/** @param most requests that a member may have at a time */
export function tooManyRequests(most: number): AppError {
  const detail = `A member waits for at most ${most} products at a time.`;
  return new AppError('products.too_many_restock_requests', 409, detail, { details: { most } });
}
