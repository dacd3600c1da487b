import { registerDecorator, type ValidationOptions } from 'class-validator';
import { oneOf, type Class, type Classes, type Union } from './union.js';

/** Names under which the marks lie in class-validator's storage; they constrain nothing by themselves. */
export const NULLABLE = 'nullable';
export const CHECKED_LATER = 'checkedLater';
export const DISCRIMINATED = 'discriminated';

/** `null` is allowed here and means "cleared"; without it `null` is refused everywhere. */
export function Nullable(): PropertyDecorator {
  return mark(NULLABLE);
}

/**
 * The content below is not looked at: each item gets a `check` of its own, so that one bad item does not refuse all.
 * @param of what the items will be checked against, for the API's description
 */
export function CheckedLater(of?: () => Class | Union): PropertyDecorator {
  return mark(CHECKED_LATER, of && [of]);
}

/**
 * An object whose class is chosen by one of its fields.
 * @param key the field that chooses; it needs no decorator in the classes
 * @param classes a function, so that classes may refer to each other in a circle
 */
export function Discriminated(key: string, classes: () => Classes, options?: ValidationOptions): PropertyDecorator {
  return mark(DISCRIMINATED, [oneOf(key, classes)], options);
}

function mark(name: string, constraints: unknown[] = [], options?: ValidationOptions): PropertyDecorator {
  return (target, property) =>
    registerDecorator({
      name,
      target: target.constructor,
      propertyName: String(property),
      constraints,
      options,
      validator: { validate: () => true },
    });
}
