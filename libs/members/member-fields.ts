import { registerDecorator, type ValidationOptions } from 'class-validator';

/** An entry of a B-tree holds 2,704 bytes at most (a third of a page); some of it belongs to the other columns. */
const MOST_INDEXED_BYTES = 2_400;
/** Nobody registers or books so far ahead: a year like 9999 is a sender's "unknown". */
const LAST_YEAR = 2199;
/** The oldest person ever lived to 122. */
const FIRST_BIRTH_YEAR = 1850;

export const birthYears = { minYear: FIRST_BIRTH_YEAR, maxYear: LAST_YEAR };

/** Text that people are found by, such as a rank, a tag or a category: at most 2,400 bytes in UTF-8. */
export function FitsIndex(options?: ValidationOptions): PropertyDecorator {
  return field('fitsIndex', `must be at most ${MOST_INDEXED_BYTES} bytes long in UTF-8`, fitsIndex, options);
}

/** An instant, already known to be one, of a year in which it can be meant. */
export function IsPlausible(options?: ValidationOptions): PropertyDecorator {
  const validate = (value: unknown) => Number(String(value).slice(0, 4)) <= LAST_YEAR;
  return field('isPlausible', `must lie before the year ${LAST_YEAR + 1}`, validate, options);
}

function fitsIndex(value: unknown): boolean {
  // A UTF-16 unit is three bytes at most.
  if (typeof value !== 'string' || value.length * 3 <= MOST_INDEXED_BYTES) return true;
  return Buffer.byteLength(value) <= MOST_INDEXED_BYTES;
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
