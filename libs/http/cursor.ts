import { createHash } from 'node:crypto';
import { asUuid, invalid, isInstant } from '#kernel';

const VERSION = 1;
const CHECK = 8;

/** What a value of a cursor must be, so that one from elsewhere cannot reach the database. */
export type CursorKind = 'text' | 'uuid' | 'integer' | 'instant';

const kinds: Record<CursorKind, (value: string) => boolean> = {
  text: (value) => !value.includes('\0') && value.isWellFormed(),
  uuid: (value) => asUuid(value) === value,
  integer: (value) => /^-?\d{1,18}$/.test(value),
  instant: isInstant,
};

/** The place after a row, from the values its list is ordered by. Opaque to callers; numbers and instants as text. */
export function encodeCursor(values: string[]): string {
  const text = JSON.stringify([VERSION, ...values]);
  return Buffer.from(checkOf(text) + text, 'utf8').toString('base64url');
}

/** @throws AppError 400 for anything that `encodeCursor` did not make for such a list */
export function decodeCursor(cursor: string, ...expected: CursorKind[]): string[] {
  const decoded = Buffer.from(cursor, 'base64url').toString('utf8');
  const text = decoded.slice(CHECK);
  if (checkOf(text) !== decoded.slice(0, CHECK)) throw broken();
  const values = valuesOf(text);
  const fits = values?.length === expected.length && values.every((value, at) => kinds[expected[at]!](value));
  if (!fits) throw broken();
  return values;
}

/** Whoever takes the trouble to forge the check may still have written anything. */
function valuesOf(text: string): string[] | undefined {
  try {
    const parsed: unknown = JSON.parse(text);
    if (!Array.isArray(parsed) || parsed[0] !== VERSION) return undefined;
    const values: unknown[] = parsed.slice(1);
    return values.every((value) => typeof value === 'string') ? values : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

const broken = () => invalid([{ path: '/cursor', detail: 'is not a cursor of this list' }]);

/** Catches what was cut or changed by accident; a cursor holds no secret and opens no door. */
function checkOf(text: string): string {
  return createHash('sha256').update(text, 'utf8').digest('hex').slice(0, CHECK);
}
