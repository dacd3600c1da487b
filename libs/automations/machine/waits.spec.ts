import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { event } from '../testing/walking.js';
import { after, endOfWait } from './waits.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

const booking = (startsAt: unknown) => event('booking', '2027-01-01T00:00:00Z', { startsAt });
const end = (step: object, at: string, timeZone = 'Asia/Tokyo', start = booking(undefined)) => {
  const found = endOfWait({ id: 'w', kind: 'wait', ...step }, Date.parse(at), start, timeZone);
  return found === null ? null : new Date(found).toISOString();
};

describe('the end of a wait', () => {
  it('is a calendar day later at the same time, also where clocks change', () => {
    expect(end({ for: { days: 1 } }, '2027-03-27T09:00:00Z', 'Europe/Berlin')).toBe('2027-03-28T08:00:00.000Z');
    expect(end({ for: { hours: 24 } }, '2027-03-27T09:00:00Z', 'Europe/Berlin')).toBe('2027-03-28T09:00:00.000Z');
  });

  it('is the next time of day, or now', () => {
    expect(end({ until: '18:00' }, '2027-03-01T08:59:00Z')).toBe('2027-03-01T09:00:00.000Z');
    expect(end({ until: '18:00' }, '2027-03-01T09:00:30Z')).toBe('2027-03-01T09:00:30.000Z');
    expect(end({ until: '18:00' }, '2027-03-01T09:01:00Z')).toBe('2027-03-02T09:00:00.000Z');
  });

  it('of a time that clocks skip is the time that they show instead', () => {
    expect(end({ until: '02:30' }, '2027-03-28T00:00:00Z', 'Europe/Berlin')).toBe('2027-03-28T01:30:00.000Z');
  });

  it('stands beside a date of the event: hours, or days at a time', () => {
    const start = booking('2027-03-10T15:00:00+09:00');
    expect(end({ relative: { to: 'startsAt', hours: -3 } }, '2027-03-01T00:00:00Z', 'Asia/Tokyo', start)).toBe(
      '2027-03-10T03:00:00.000Z',
    );
    expect(
      end({ relative: { to: 'startsAt', days: -1, at: '18:00' } }, '2027-03-01T00:00:00Z', 'Asia/Tokyo', start),
    ).toBe('2027-03-09T09:00:00.000Z');
    expect(
      end(
        { relative: { to: 'startsAt', days: 1, at: '10:00' } },
        '2027-03-01T00:00:00Z',
        'Asia/Tokyo',
        booking('2028-02-28'),
      ),
    ).toBe('2028-02-29T01:00:00.000Z');
  });

  it('is nowhere where the event has no such date', () => {
    expect(end({ relative: { to: 'startsAt', hours: -3 } }, '2027-03-01T00:00:00Z')).toBeNull();
    expect(
      end(
        { relative: { to: 'startsAt', days: 1, at: '10:00' } },
        '2027-03-01T00:00:00Z',
        'Asia/Tokyo',
        booking('soon'),
      ),
    ).toBeNull();
  });

  it('on 29 February is a day or a year on at the same time where the calendar has it', () => {
    const leap = '2028-02-28T01:00:00Z';
    expect(end({ for: { days: 1 } }, leap)).toBe('2028-02-29T01:00:00.000Z');
    expect(end({ for: { days: 2 } }, leap)).toBe('2028-03-01T01:00:00.000Z');
    expect(end({ for: { days: 1 } }, '2027-02-28T01:00:00Z')).toBe('2027-03-01T01:00:00.000Z');
    const date = { relative: { to: 'startsAt', days: 365, at: '10:00' } };
    expect(end(date, leap, 'Asia/Tokyo', booking('2028-02-29'))).toBe('2029-02-28T01:00:00.000Z');
  });

  it('is on the next day that there is, where a country leaves one out', () => {
    // Samoa had no 30 December 2011.
    const before = '2011-12-29T20:00:00Z';
    expect(end({ for: { days: 1 } }, before, 'Pacific/Apia')).toBe('2011-12-30T20:00:00.000Z');
    expect(end({ until: '08:00' }, before, 'Pacific/Apia')).toBe('2011-12-30T18:00:00.000Z');
  });

  describe.each(['Asia/Tokyo', 'Europe/Berlin', 'America/New_York', 'Pacific/Apia'])('in %s', (timeZone) => {
    const clock = clockOf(timeZone);
    const moment = momentNearClockChanges(timeZone);
    const time = fc
      .tuple(fc.nat({ max: 23 }), fc.nat({ max: 59 }))
      .map(([hour, minute]) => `${two(hour)}:${two(minute)}`);

    it('for a time of day is the first moment at which clocks show it, or what they show instead', () => {
      fc.assert(
        fc.property(moment, time, (at, until) => {
          const found = endOfWait({ id: 'w', kind: 'wait', until }, at, booking(undefined), timeZone)!;
          expect(found).toBeGreaterThanOrEqual(at);
          expect(found - at).toBeLessThanOrEqual(50 * HOUR_MS);
          if (clock(found).time !== until) return expect(minutesOfDay(clock, found)).not.toContain(until);
          // Between, clocks show it only where they show it a second time that day.
          for (let between = at; between < found; between += MINUTE_MS)
            if (clock(between).time === until) expect(firstOfDay(clock, between, until)).toBeLessThan(at);
        }),
        { seed: 11, numRuns: 150 },
      );
    });

    it('of hours and minutes is as long as they are, and of days at the same time of a later day', () => {
      const duration = fc.record({
        days: fc.nat({ max: 40 }),
        hours: fc.nat({ max: 30 }),
        minutes: fc.nat({ max: 90 }),
      });
      fc.assert(
        fc.property(moment, duration, (at, { days, hours, minutes }) => {
          const rest = hours * HOUR_MS + minutes * MINUTE_MS;
          expect(after(at, { hours, minutes }, timeZone)).toBe(at + rest);
          const found = after(at, { days, hours, minutes }, timeZone) - rest;
          expect(found).toBeGreaterThanOrEqual(at);
          const day = addDays(clock(at).date, days);
          // A time, or a whole day, that clocks leave out is as much later as they leave out.
          if (clock(found).date === day && clock(found).time === clock(at).time) return;
          for (let near = found - 26 * HOUR_MS; near < found + 26 * HOUR_MS; near += MINUTE_MS)
            expect(`${clock(near).date} ${clock(near).time}`).not.toBe(`${day} ${clock(at).time}`);
        }),
        { seed: 12, numRuns: 150 },
      );
    });

    it('beside a date is so many hours from it, or at that time so many days from it', () => {
      const days = fc.integer({ min: -40, max: 40 });
      fc.assert(
        fc.property(moment, time, days, (at, local, distance) => {
          const start = booking(new Date(at).toISOString());
          const relative = (rest: object) =>
            endOfWait({ id: 'w', kind: 'wait', relative: { to: 'startsAt', ...rest } }, 0, start, timeZone)!;
          expect(relative({ hours: distance })).toBe(at + distance * HOUR_MS);
          const found = relative({ days: distance, at: local });
          const day = addDays(clock(at).date, distance);
          if (clock(found).date === day && clock(found).time === local) return;
          expect(minutesOfDay(clock, found)).not.toContain(local);
        }),
        { seed: 13, numRuns: 150 },
      );
    });
  });
});

type Clock = (at: number) => { date: string; time: string };

/** What clocks show, by a way of their own. */
function clockOf(timeZone: string): Clock {
  const fields = { year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit' } as const;
  const format = new Intl.DateTimeFormat('en-CA', { timeZone, hourCycle: 'h23', ...fields });
  return (at) => {
    const parts = new Map(format.formatToParts(at).map(({ type, value }) => [type, value]));
    const date = `${parts.get('year')}-${parts.get('month')}-${parts.get('day')}`;
    return { date, time: `${parts.get('hour')}:${parts.get('minute')}` };
  };
}

/** All times that clocks show on the day of a moment. */
function minutesOfDay(clock: Clock, at: number): string[] {
  const shown: string[] = [];
  for (let near = at - 26 * HOUR_MS; near < at + 26 * HOUR_MS; near += MINUTE_MS)
    if (clock(near).date === clock(at).date) shown.push(clock(near).time);
  return shown;
}

function firstOfDay(clock: Clock, at: number, time: string): number {
  let first = at;
  for (let near = at; near > at - 26 * HOUR_MS; near -= MINUTE_MS)
    if (clock(near).date === clock(at).date && clock(near).time === time) first = near;
  return first;
}

/** Moments of years in which all of these zones but Tokyo's changed their clocks, most of them near such a change. */
function momentNearClockChanges(timeZone: string): fc.Arbitrary<number> {
  const from = Temporal.Instant.from('2009-01-01T00:00:00Z').toZonedDateTimeISO(timeZone);
  const changes: number[] = [];
  for (
    let next = from.getTimeZoneTransition('next');
    next && next.year < 2030;
    next = next.getTimeZoneTransition('next')
  )
    changes.push(next.epochMilliseconds);
  const any = fc.integer({ min: from.epochMilliseconds, max: Date.parse('2030-01-01T00:00:00Z') });
  if (changes.length === 0) return any;
  const distance = fc.integer({ min: -30 * HOUR_MS, max: 6 * HOUR_MS });
  const near = fc.tuple(fc.constantFrom(...changes), distance).map(([change, by]) => change + by);
  return fc.oneof({ weight: 4, arbitrary: near }, any);
}

function addDays(date: string, days: number): string {
  return new Date(Date.parse(`${date}T00:00:00Z`) + days * 24 * HOUR_MS).toISOString().slice(0, 10);
}

function two(value: number): string {
  return String(value).padStart(2, '0');
}
