import { Temporal } from 'temporal-polyfill';
import { toMoment } from '#segments';
import type { MenuRule } from './rules.dto.js';

/** Which rules may hold at a moment, as far as the clock is asked: their places, from 0. */
export function activeRules(rules: readonly MenuRule[], now: Date, timeZone: string): number[] {
  return rules.flatMap(({ when }, place) => (isActive(when, now, timeZone) ? [place] : []));
}

/** When this may change next; null: never. At some of these moments nothing changes. */
export function nextChange(rules: readonly MenuRule[], now: Date, timeZone: string): Date | null {
  const moments = rules.flatMap(({ when: { from, to, hours } }) => [
    ...[from, to].flatMap((bound) => (bound === undefined ? [] : [toMoment(bound, timeZone).getTime()])),
    ...(hours ? [...showings(hours.from, now, timeZone), ...showings(hours.to, now, timeZone)] : []),
    ...(hours ? clockChange(now, timeZone) : []),
  ]);
  const next = Math.min(...moments.filter((moment) => moment > now.getTime()));
  return Number.isFinite(next) ? new Date(next) : null;
}

function isActive({ from, to, hours }: MenuRule['when'], now: Date, timeZone: string): boolean {
  if (from !== undefined && now < toMoment(from, timeZone)) return false;
  if (to !== undefined && now >= toMoment(to, timeZone)) return false;
  if (!hours) return true;
  const time = local(now, timeZone).toPlainTime().toString({ smallestUnit: 'minute' });
  if (hours.from < hours.to) return time >= hours.from && time < hours.to;
  return time >= hours.from || time < hours.to;
}

/** When the clocks show a time today and tomorrow: twice where they are put back over it. */
function showings(time: string, now: Date, timeZone: string): number[] {
  const today = local(now, timeZone).toPlainDate();
  return [0, 1].flatMap((days) => {
    const shown = today.add({ days }).toPlainDateTime(time);
    return (['earlier', 'later'] as const).map(
      (disambiguation) => shown.toZonedDateTime(timeZone, { disambiguation }).epochMilliseconds,
    );
  });
}

/** Clocks that are put forward skip times at which something would have changed. */
function clockChange(now: Date, timeZone: string): number[] {
  const change = local(now, timeZone).getTimeZoneTransition('next');
  return change ? [change.epochMilliseconds] : [];
}

function local(instant: Date, timeZone: string): Temporal.ZonedDateTime {
  return Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);
}
