import type { FieldError } from '#kernel';
import type { EventField, EventFields } from './event-fields.js';
import type { EventTest } from './event-tests.js';
import type { WaitStep } from './steps.js';

interface Tested {
  fields: EventFields;
  /** Fields of the event that started the run; absent where that is the one that is tested. */
  start?: EventFields;
  path: string;
}

/** What is wrong with tests of an event: fields that it has not, and values that they never have. */
export function testErrors(tests: readonly EventTest[] | undefined, { fields, start, path }: Tested): FieldError[] {
  return (tests ?? []).flatMap((test, n) => {
    const place = `${path}/${n}`;
    const field = fields.get(test.field);
    if (!field) return [{ path: `${place}/field`, detail: 'is no field of this event' }];
    if (test.exists !== undefined) return [];
    if (field.holds === 'objects')
      return [{ path: `${place}/field`, detail: 'has no value of its own; name one of its fields, or ask exists' }];
    return [...valueErrors(test, field, place), ...startErrors(test, field, { start, path: place })];
  });
}

function valueErrors({ equals, in: list = [], gte, lte }: EventTest, field: EventField, path: string): FieldError[] {
  const wanted = field.holds === 'date' ? 'text' : field.holds;
  const detail = `is compared with a ${wanted}`;
  const errors = list.flatMap((one, n) => (heldBy(one) === wanted ? [] : [{ path: `${path}/in/${n}`, detail }]));
  if (equals !== undefined && heldBy(equals) !== wanted) errors.push({ path: `${path}/equals`, detail });
  if (wanted === 'number') return errors;
  for (const [name, bound] of Object.entries({ gte, lte }))
    if (bound !== undefined) errors.push({ path: `${path}/${name}`, detail: 'is for numbers only' });
  return errors;
}

function heldBy(value: unknown): string {
  return typeof value === 'string' ? 'text' : typeof value;
}

function startErrors(test: EventTest, field: EventField, { start, path }: Omit<Tested, 'fields'>): FieldError[] {
  const name = test.sharedWithStart !== undefined ? 'sharedWithStart' : 'differsFromStart';
  const other = test[name];
  if (other === undefined) return [];
  const place = `${path}/${name}`;
  if (!start) return [{ path: place, detail: 'cannot be asked of the starting event itself' }];
  const found = start.get(other);
  if (!found) return [{ path: place, detail: 'is no field of the starting event' }];
  return found.holds === field.holds ? [] : [{ path: place, detail: `never holds what ${test.field} does` }];
}

/** A key is of fields that are one value each. */
export function keyErrors(key: readonly string[], fields: EventFields, path: string): FieldError[] {
  return key.flatMap((name, n) => {
    if (fields.get(name)?.single) return [];
    return [{ path: `${path}/${n}`, detail: 'is no field of the starting event that tells events apart' }];
  });
}

export function waitErrors({ relative, ifPast, onPast }: WaitStep, fields: EventFields, path: string): FieldError[] {
  const errors: FieldError[] = [];
  if (relative) {
    const field = fields.get(relative.to);
    if (!field?.single || field.holds !== 'date')
      errors.push({ path: `${path}/relative/to`, detail: 'is no date of the starting event' });
    if (ifPast !== undefined && onPast !== undefined)
      errors.push({ path: `${path}/onPast`, detail: 'takes the place of ifPast' });
    return errors;
  }
  // No other wait has a moment that can be past.
  for (const [name, value] of Object.entries({ ifPast, onPast }))
    if (value !== undefined) errors.push({ path: `${path}/${name}`, detail: 'has a meaning only beside relative' });
  return errors;
}
