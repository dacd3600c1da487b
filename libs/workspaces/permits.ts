import { knownPermits } from '#http';
import type { Scope } from '#kernel';
import { permitNotHeld, permitsUnknown } from './workspaces.errors.js';

/** Every permit there is and will be. */
const EVERY = '*';

/** What somebody with these stored permits may do. */
export function heldPermits(permits: string[]): Set<string> {
  return new Set(permits.includes(EVERY) ? [...permits, ...knownPermits()] : permits);
}

/** @throws AppError 400 for permits that do not exist, 403 for one that the asker lacks */
export function assertGrantable(scope: Scope, permits: string[]): void {
  const known = new Set([EVERY, ...knownPermits()]);
  const unknown = permits.flatMap((permit, at) => (known.has(permit) ? [] : [at]));
  if (unknown.length > 0) throw permitsUnknown(unknown);
  assertHolds(scope, permits);
}

/** @throws AppError 403 for the first permit that the asker lacks */
export function assertHolds(scope: Scope, permits: string[]): void {
  if (scope.permits.has(EVERY)) return;
  const missing = permits.find((permit) => !scope.permits.has(permit));
  if (missing !== undefined) throw permitNotHeld(missing);
}
