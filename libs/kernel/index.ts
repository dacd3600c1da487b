export { AppError, invalid, notFound, type FieldError } from './app-error.js';
export { SystemClock, VirtualClock, type Clock } from './clock.js';
export { derivedId, newId } from './ids.js';
export { isTimeZone, localDate, startOfLocalDay, startOfLocalDayBefore } from './local-time.js';
export { currencyDecimals, fromMinor, toMinor } from './money.js';
export type { Actor, Scope, WorkspaceRef } from './scope.js';
