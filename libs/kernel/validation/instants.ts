const INSTANT =
  /^(\d{4})-(\d\d)-(\d\d)[Tt]([01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,9})?(?:[Zz]|[+-](?:[01]\d|2[0-3]):[0-5]\d)$/;
const DATE = /^(\d{4})-(\d\d)-(\d\d)$/;

/** Whether this is RFC 3339 with offset, on a day that exists, from 1970 to 9999 in UTC. */
export function isInstant(value: unknown): value is string {
  if (typeof value !== 'string' || value.length > 40) return false;
  const match = INSTANT.exec(value);
  if (!match || !isDay(Number(match[1]), Number(match[2]), Number(match[3]))) return false;
  const millis = toInstant(value).getTime();
  return millis >= 0 && millis <= LAST;
}

/** Whether this is `YYYY-MM-DD` and that day exists. */
export function isCalendarDate(value: unknown): value is string {
  if (typeof value !== 'string') return false;
  const match = DATE.exec(value);
  return match !== null && isDay(Number(match[1]), Number(match[2]), Number(match[3]));
}

/** The instant that a text accepted by `isInstant` names, to the millisecond. */
export function toInstant(text: string): Date {
  // RFC 3339 allows a small t and z; the language's own reader does not.
  return new Date(text.toUpperCase());
}

const LAST = Date.parse('9999-12-31T23:59:59.999Z');
const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/** `Date.parse` reads 30 February as 2 March. */
function isDay(year: number, month: number, day: number): boolean {
  const leap = month === 2 && ((year % 4 === 0 && year % 100 !== 0) || year % 400 === 0);
  return year > 0 && day > 0 && day <= (DAYS[month - 1] ?? 0) + (leap ? 1 : 0);
}
