import { registerDecorator, type ValidationOptions } from 'class-validator';

const LONGEST_TEXT = 1_000;

/** A text of up to 1,000 characters, a finite number or a boolean. */
export function IsPlainValue(options?: ValidationOptions): PropertyDecorator {
  return field('isPlainValue', 'must be a text of up to 1,000 characters, a number or a boolean', isPlain, options);
}

/** A number that is one. */
export function IsFinite(options?: ValidationOptions): PropertyDecorator {
  return field('isFinite', 'must be a number', (value) => typeof value === 'number' && Number.isFinite(value), options);
}

function isPlain(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= LONGEST_TEXT;
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}

function field(
  name: string,
  detail: string,
  validate: (value: unknown) => boolean,
  options?: ValidationOptions,
): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(property),
      options,
      validator: { validate, defaultMessage: () => detail },
    });
}
