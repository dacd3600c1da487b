import type { EventTest } from '../definition/event-tests.js';
import type { JourneyEvent } from './run.js';
import { valuesOf } from './event-values.js';

/** Whether an event is as all tests ask. @param start the event that started the run */
export function satisfies(tests: readonly EventTest[] | undefined, event: JourneyEvent, start: JourneyEvent): boolean {
  return (tests ?? []).every((test) => holds(test, valuesOf(event.body, test.field), start));
}

const VALUES_TOLD = 5;
const LONGEST_TOLD = 100;

/** What an event has in the fields that are tested, for whoever asks why: the first few values of each, cut short. */
export function testedValues(tests: readonly EventTest[], event: JourneyEvent): Record<string, unknown[]> {
  const told = ({ field }: EventTest) => valuesOf(event.body, field).slice(0, VALUES_TOLD).map(inShort);
  return Object.fromEntries(tests.map((test) => [test.field, told(test)]));
}

function inShort(value: unknown): unknown {
  if (typeof value === 'object') return '…';
  return typeof value === 'string' ? value.slice(0, LONGEST_TOLD).toWellFormed() : value;
}

function holds(test: EventTest, values: unknown[], start: JourneyEvent): boolean {
  if (test.exists !== undefined) return values.length > 0 === test.exists;
  if (test.equals !== undefined) return values.includes(test.equals);
  if (test.in !== undefined) return test.in.some((one) => values.includes(one));
  const { gte, lte } = test;
  if (gte !== undefined) return values.some((value) => typeof value === 'number' && value >= gte);
  if (lte !== undefined) return values.some((value) => typeof value === 'number' && value <= lte);
  if (test.sharedWithStart !== undefined) return sharesAny(values, valuesOf(start.body, test.sharedWithStart));
  const others = valuesOf(start.body, test.differsFromStart!);
  return values.length > 0 && others.length > 0 && !sharesAny(values, others);
}

function sharesAny(values: unknown[], others: unknown[]): boolean {
  const known = new Set(others);
  return values.some((value) => known.has(value));
}
