import { invalid, type FieldError } from '../app-error.js';
import { Union, type Class } from './union.js';
import { Walker } from './walker.js';

/** Either the value or what is wrong with it. */
export type Checked<T> = { value: T; errors?: undefined } | { value?: undefined; errors: FieldError[] };

export interface CheckOptions {
  /** JSON pointer of the place where the data stands in the request; put before every path. */
  basePath?: string;
  /** Whether numbers and booleans come as text, as they do in a query string or the environment. */
  text?: boolean;
  /** Fields that no class declares are left out instead of refused. */
  ignoreUnknown?: boolean;
}

/**
 * An instance of a class made of plain data that its decorators accept. Unknown fields are refused unless they are to be
 * ignored, and `null` where `@Nullable()` does not allow it. What it returns can be stored: no NUL, no half surrogate pair, no infinite number.
 * @throws AppError 400 `request.invalid` with every error (at most 50) and its place
 */
export function parse<T extends object>(of: Class<T> | Union<T>, plain: unknown, options: CheckOptions = {}): T {
  const checked = check(of, plain, options);
  if (checked.errors) throw invalid(checked.errors);
  return checked.value;
}

/** The same for one item of a batch, whose neighbours should not suffer: returns the errors. */
export function check<T extends object>(
  of: Class<T> | Union<T>,
  plain: unknown,
  options: CheckOptions | string = {},
): Checked<T> {
  const { basePath = '', ...how } = typeof options === 'string' ? { basePath: options } : options;
  const walker = new Walker(how);
  const value = walker.walk(of, plain, basePath) as T;
  return walker.errors.length > 0 ? { errors: walker.errors } : { value };
}
