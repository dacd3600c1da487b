import type { Field } from './class-shape.js';

/**
 * A text of a query string or of the environment as what its field holds; left alone where it does not name such a
 * value, so that the field's own decorators say what is wrong.
 */
export function textToValue(field: Field, text: unknown): unknown {
  if (field.list && typeof text === 'string') return [text];
  if (typeof text !== 'string') return text;
  if (isAny(field, 'isInt', 'isNumber', 'isAmount')) return /^-?\d+(\.\d+)?$/.test(text) ? Number(text) : text;
  if (isAny(field, 'isBoolean')) return text === 'true' || (text === 'false' ? false : text);
  return text;
}

function isAny(field: Field, ...constraints: string[]): boolean {
  return field.constraints.some(({ name }) => constraints.includes(name));
}
