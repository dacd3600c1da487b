import type { FieldError } from '../app-error.js';
import { pointerStep } from './json-pointer.js';

/** Deeper JSON is refused: nothing we take in nests further, and whoever walks it may use recursion. */
export const MAX_DEPTH = 64;

/** Why a value cannot be stored and given back as it came; undefined if it can. Postgres has no text with NUL in it. */
export function unstorable(value: unknown): string | undefined {
  if (typeof value === 'string') {
    if (value.includes('\0')) return 'must not contain a NUL character';
    return value.isWellFormed() ? undefined : 'must not contain half of a surrogate pair';
  }
  if (typeof value === 'number') return Number.isFinite(value) ? undefined : 'must be a finite number';
  return undefined;
}

/**
 * The first thing inside free-form JSON that cannot be stored, at its place.
 * @param depth how deep `value` itself lies
 */
export function unstorableWithin(value: unknown, path: string, depth: number): FieldError | undefined {
  const detail = unstorable(value);
  if (detail) return { path, detail };
  if (typeof value !== 'object' || value === null) return undefined;
  if (depth >= MAX_DEPTH) return { path, detail: 'is nested too deeply' };
  if (Array.isArray(value)) return firstOf(value.entries(), path, depth);
  for (const key of Object.keys(value)) {
    if (key === '__proto__' || unstorable(key)) return { path, detail: 'has a field with a name that is not allowed' };
  }
  return firstOf(Object.entries(value), path, depth);
}

function firstOf(entries: Iterable<[string | number, unknown]>, path: string, depth: number): FieldError | undefined {
  for (const [key, value] of entries) {
    const error = unstorableWithin(value, path + pointerStep(key), depth + 1);
    if (error) return error;
  }
  return undefined;
}
