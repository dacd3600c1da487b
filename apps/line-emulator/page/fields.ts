import type { JsonObject } from '../validation/problems.js';
import { field, isObject } from '../validation/problems.js';

/** A string field of a message, or nothing to show. */
export function textOf(object: JsonObject, name: string): string {
  const value = field(object, name);
  return typeof value === 'string' ? value : '';
}

export function objectOf(object: JsonObject, name: string): JsonObject {
  const value = field(object, name);
  return isObject(value) ? value : {};
}

export function objectsOf(object: JsonObject, name: string): JsonObject[] {
  const value = field(object, name);
  return Array.isArray(value) ? value.filter(isObject) : [];
}
