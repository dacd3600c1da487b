import { CronExpressionParser } from 'cron-parser';
import type { FieldError } from '#kernel';

const FIELD = /^(?:[\d*,/#-]|L|JAN|FEB|MAR|APR|MAY|JUN|JUL|AUG|SEP|OCT|NOV|DEC|SUN|MON|TUE|WED|THU|FRI|SAT)+$/i;

/** What is wrong with a schedule that should be of five fields and come at most once an hour. */
export function cronErrors(cron: string, path: string): FieldError[] {
  const parsed = parse(cron);
  if (!parsed) return [{ path, detail: 'must be a schedule of five fields that comes, such as 0 10 * * 1' }];
  // Two minutes of one hour are too many, however rare the hour is.
  const isTooOften = parsed.fields.minute.values.length > 1;
  return isTooOften ? [{ path, detail: 'comes more often than once an hour' }] : [];
}

function parse(cron: string) {
  const fields = cron.trim().split(/\s+/);
  // The parser also knows seconds, words such as @daily, and an H that is another minute each time.
  if (fields.length !== 5 || !fields.every((field) => FIELD.test(field))) return undefined;
  try {
    const parsed = CronExpressionParser.parse(cron, { currentDate: new Date(0), tz: 'UTC' });
    parsed.next();
    return parsed;
  } catch (error) {
    // The parser throws a plain Error for what it cannot read, and for what never comes.
    if (error instanceof Error) return undefined;
    throw error;
  }
}
