import { describe, expect, it } from '@jest/globals';
import { isCalendarDate, isInstant, toInstant } from './instants.js';
import { check } from './parse.js';
import { IsCalendarDate } from './shared-fields.js';

describe('instants and dates', () => {
  it.each([
    ['2026-04-01T09:00:00+09:00', true],
    ['2026-04-01T09:00:00.123456z', true],
    ['2028-02-29T00:00:00Z', true],
    ['9999-12-31T23:59:59Z', true],
    ['2026-02-29T00:00:00Z', false],
    ['2026-04-31T00:00:00Z', false],
    ['1600-01-01T00:00:00Z', false],
    ['9999-12-31T23:59:59-01:00', false],
    ['2026-04-01T24:00:00Z', false],
    ['2026-04-01T00:00:00', false],
    ['2026-04-01', false],
    ['2026-04-01T00:00:00+24:00', false],
  ])('instant %s: %s', (occurredAt, right) => {
    expect(isInstant(occurredAt)).toBe(right);
  });

  it('does not read ten thousand digits of a second', () => {
    expect(isInstant(`2026-04-01T00:00:00.${'1'.repeat(10_000)}Z`)).toBe(false);
    expect(isInstant(1775001600000)).toBe(false);
  });

  it('are read with their offset, a small t and z included', () => {
    expect(toInstant('2026-04-01t00:00:00z')).toEqual(new Date('2026-04-01T09:00:00+09:00'));
  });

  it('knows the days of the calendar', () => {
    class Person {
      @IsCalendarDate({ minYear: 1900 }) born: string;
    }
    for (const born of ['1900-01-01', '2024-02-29']) expect(check(Person, { born }).errors).toBeUndefined();
    expect(isCalendarDate('0001-01-01')).toBe(true);
    for (const born of ['1899-12-31', '2023-02-29', '2023-00-10', '2023-1-1', 20230101, '0000-01-01']) {
      expect(check(Person, { born }).errors).toHaveLength(1);
    }
  });
});
