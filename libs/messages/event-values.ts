import { Temporal } from 'temporal-polyfill';
import { isInstant, toInstant, type Scope } from '#kernel';
import { EVENT_PREFIX, type VariableValues } from './variables.js';

/** Between the items of a list. */
const SEPARATOR = '、';

/**
 * The values of those `event.*` variables that a content has, from the fields of one event: text as it is, numbers plain,
 * lists with their items joined by `、`, instants as `YYYY/MM/DD HH:MM` by the workspace's clocks. Null for what the
 * event does not have. A name behind a list is that field of each of its items.
 */
export function eventValues(
  content: { readonly variables: readonly string[] },
  body: Readonly<Record<string, unknown>>,
  { timeZone }: Pick<Scope, 'timeZone'>,
): VariableValues {
  const names = content.variables.filter((name) => name.startsWith(EVENT_PREFIX));
  return Object.fromEntries(
    names.map((name) => {
      const found = valueAt(body, name.slice(EVENT_PREFIX.length).split('.'));
      return [name, asText(found, timeZone)];
    }),
  );
}

/** Only what the event itself has: nothing that every object inherits. */
export function valueAt(value: unknown, segments: readonly string[]): unknown {
  const [segment, ...rest] = segments;
  if (segment === undefined) return value;
  if (typeof value !== 'object' || value === null) return undefined;
  if (Array.isArray(value) && !/^\d/.test(segment)) return value.map((item) => valueAt(item, segments)).flat();
  return Object.hasOwn(value, segment) ? valueAt((value as Record<string, unknown>)[segment], rest) : undefined;
}

function asText(value: unknown, timeZone: string): string | null {
  switch (typeof value) {
    case 'string':
      return isInstant(value) ? localTime(toInstant(value), timeZone) : value;
    case 'number':
    case 'boolean':
      return String(value);
    default: {
      if (!Array.isArray(value)) return null;
      const items = value.map((item) => asText(item, timeZone)).filter(Boolean);
      return items.length > 0 ? items.join(SEPARATOR) : null;
    }
  }
}

function localTime(instant: Date, timeZone: string): string {
  const local = Temporal.Instant.fromEpochMilliseconds(instant.getTime()).toZonedDateTimeISO(timeZone);
  const two = (n: number) => String(n).padStart(2, '0');
  const date = `${String(local.year).padStart(4, '0')}/${two(local.month)}/${two(local.day)}`;
  return `${date} ${two(local.hour)}:${two(local.minute)}`;
}
