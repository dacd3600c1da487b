import { CronExpressionParser, type CronExpression } from 'cron-parser';
import { Temporal } from 'temporal-polyfill';
import { invalid } from '#kernel';
import type { Repetition } from './repetition.js';

/** Longer than any change of clocks moves them. */
const LOOK_BACK = { hours: 25 };

/**
 * The first occurrence after an instant. What clocks show decides, and each date and time that the expression names
 * counts once: where clocks are put back, the first of the two; where they are put forward over it, as much later as
 * they were put forward.
 * @param after the instant before; the occurrence is later
 * @returns null where it does not come back any more
 */
export function nextOccurrence({ cron, until }: Repetition, after: Date, timeZone: string): Date | null {
  const last = until === null ? Infinity : Date.parse(until);
  const from = Temporal.Instant.fromEpochMilliseconds(after.getTime()).toZonedDateTimeISO(timeZone);
  const times = timesOf(cron, from.toPlainDateTime().subtract(LOOK_BACK));
  for (;;) {
    const time = nextOf(times);
    if (!time) return null;
    const at = time.toZonedDateTime(timeZone, { disambiguation: 'compatible' }).epochMilliseconds;
    if (at > last) return null;
    if (at > after.getTime()) return new Date(at);
  }
}

/** @throws AppError 400 for what is no expression, or never comes */
export function assertOccurs({ cron }: Repetition, now: Date, path: string): void {
  const wrong = whyNot(cron, now);
  if (wrong !== undefined) throw invalid([{ path, detail: wrong }]);
}

function whyNot(cron: string, now: Date): string | undefined {
  // The library would choose a time for H itself.
  if (/(?<![A-Z])H(?![A-Z])/i.test(cron)) return 'must name its times, not H';
  try {
    const comes = nextOccurrence({ cron, until: null }, now, 'UTC');
    return comes ? undefined : 'never comes';
  } catch (error) {
    // The library throws plain errors, and only for what it was given.
    return `is not a cron expression: ${(error as Error).message}`;
  }
}

/** The clocks' time stands in for an instant, in a zone whose clocks are never changed. */
function timesOf(cron: string, after: Temporal.PlainDateTime): CronExpression {
  const currentDate = new Date(after.toZonedDateTime('UTC').epochMilliseconds);
  return CronExpressionParser.parse(cron, { currentDate, tz: 'UTC' });
}

function nextOf(times: CronExpression): Temporal.PlainDateTime | undefined {
  if (!times.hasNext()) return undefined;
  return Temporal.Instant.fromEpochMilliseconds(times.next().getTime()).toZonedDateTimeISO('UTC').toPlainDateTime();
}
