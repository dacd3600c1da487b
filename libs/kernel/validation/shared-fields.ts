import { registerDecorator, type ValidationOptions } from 'class-validator';
import { isCalendarDate, isInstant } from './instants.js';

/** An id of the caller's: 1–128 UTF-16 units, no control characters, no half surrogate pair; kept to the letter. */
export function IsId(options?: ValidationOptions): PropertyDecorator {
  return field(
    { name: 'isId', detail: 'must be 1 to 128 characters without control characters', validate: isId },
    options,
  );
}

/** Whether a text can be an id of a caller's. */
export function isId(value: unknown): value is string {
  return (
    typeof value === 'string' && value.length > 0 && value.length <= 128 && !CONTROL.test(value) && value.isWellFormed()
  );
}

const CONTROL = /[\u0000-\u001f\u007f-\u009f]/;

/** Text of up to `max` UTF-16 units that can be stored: no NUL, no half surrogate pair. */
export function IsText(max: number, options?: ValidationOptions & { min?: number }): PropertyDecorator {
  const min = options?.min ?? 0;
  const validate = (value: unknown) =>
    typeof value === 'string' &&
    value.length >= min &&
    value.length <= max &&
    !value.includes('\0') &&
    value.isWellFormed();
  return field(
    { name: 'isText', args: [max, min], detail: `must be text of ${min} to ${max} characters`, validate },
    options,
  );
}

/** RFC 3339 with offset, in the years 1970 to 9999, a day and an hour that exist. Stays text; see `toInstant`. */
export function IsInstant(options?: ValidationOptions): PropertyDecorator {
  const detail = 'must be an instant with offset, such as 2026-04-01T09:00:00+09:00';
  return field({ name: 'isInstant', detail, validate: isInstant }, options);
}

/** A day of the calendar, `YYYY-MM-DD`, in the years 1 to 9999 or those given. */
export function IsCalendarDate(
  options?: ValidationOptions & { minYear?: number; maxYear?: number },
): PropertyDecorator {
  const { minYear = 1, maxYear = 9999 } = options ?? {};
  const validate = (value: unknown) =>
    isCalendarDate(value) && Number(value.slice(0, 4)) >= minYear && Number(value.slice(0, 4)) <= maxYear;
  const detail = `must be a date YYYY-MM-DD of the years ${minYear} to ${maxYear}`;
  return field({ name: 'isCalendarDate', detail, validate }, options);
}

/** An amount of money, ≥ 0, as a decimal number; how many decimals the currency has is for `toMinor` to say. */
export function IsAmount(options?: ValidationOptions): PropertyDecorator {
  const validate = (value: unknown) => typeof value === 'number' && value >= 0 && value <= Number.MAX_SAFE_INTEGER;
  return field({ name: 'isAmount', detail: 'must be an amount of 0 or more', validate }, options);
}

interface Declared {
  name: string;
  args?: unknown[];
  detail: string;
  validate: (value: unknown) => boolean;
}

function field({ name, args = [], detail, validate }: Declared, options?: ValidationOptions): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(property),
      constraints: args,
      options,
      validator: { validate, defaultMessage: () => detail },
    });
}
