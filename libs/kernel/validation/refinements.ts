import type { FieldError } from '../app-error.js';
import type { Class } from './union.js';

/** What is wrong with the fields of an object together; paths are relative to the object, '' is the object itself. */
export type Refinement<T extends object> = (value: T) => FieldError | undefined;

const byClass = new Map<object, Refinement<object>[]>();

/** A condition on several fields, asked once each of them is right for itself. */
export function Refine<T extends object>(refinement: Refinement<T>) {
  return (target: Class<T>): void => {
    byClass.set(target, [...(byClass.get(target) ?? []), refinement as Refinement<object>]);
  };
}

export function ExactlyOneOf(...fields: string[]) {
  return Refine((value) => {
    if (given(value, fields) === 1) return undefined;
    return { path: '', detail: `must have exactly one of ${fields.join(', ')}` };
  });
}

export function AtLeastOneOf(...fields: string[]) {
  return Refine((value) => {
    if (given(value, fields) > 0) return undefined;
    return { path: '', detail: `must have at least one of ${fields.join(', ')}` };
  });
}

function given(value: object, fields: string[]): number {
  return fields.filter((field) => (value as Record<string, unknown>)[field] !== undefined).length;
}

/** The refinements of a class and of those it extends. */
export function refinementsOf(target: Class): Refinement<object>[] {
  const found: Refinement<object>[] = [];
  for (let at: object | null = target; at; at = Object.getPrototypeOf(at) as object | null) {
    found.unshift(...(byClass.get(at) ?? []));
  }
  return found;
}
