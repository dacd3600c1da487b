import { describe, expect, it } from '@jest/globals';
import { nextStart, ownDay } from './calendar.js';

const at = (instant: string) => new Date(instant);
const TOKYO = 'Asia/Tokyo';

describe('The calendar', () => {
  it.each([
    ['today, where its time is still to come', '2026-04-15T08:59:59+09:00', '2026-04-15T09:00:00+09:00'],
    ['tomorrow, where it is now', '2026-04-15T09:00:00+09:00', '2026-04-16T09:00:00+09:00'],
    ['tomorrow, by the workspace’s days', '2026-04-15T23:30:00+09:00', '2026-04-16T09:00:00+09:00'],
  ])('starts a day’s journey %s', (_, after, expected) => {
    const start = { on: 'date', birthday: true, at: '09:00' } as const;
    expect(nextStart(start, at(after).getTime(), TOKYO)).toEqual(at(expected));
  });

  it.each([
    ['the hour after a gap', '2026-03-29T00:00:00+01:00', '02:30', '2026-03-29T03:30:00+02:00'],
    ['the first of two', '2026-10-25T00:00:00+02:00', '02:30', '2026-10-25T02:30:00+02:00'],
    ['not the second of two', '2026-10-25T02:30:00+02:00', '02:30', '2026-10-26T02:30:00+01:00'],
  ])('where clocks change takes %s', (_, after, time, expected) => {
    const start = { on: 'date', birthday: true, at: time } as const;
    expect(nextStart(start, at(after).getTime(), 'Europe/Berlin')).toEqual(at(expected));
  });

  it('reads a schedule by the workspace’s clocks', () => {
    const start = { on: 'schedule', cron: '0 10 * * 1' } as const;
    expect(nextStart(start, at('2026-04-15T00:00:00Z').getTime(), TOKYO)).toEqual(at('2026-04-20T10:00:00+09:00'));
  });

  it('starts nothing that something else starts', () => {
    expect(nextStart({ on: 'event', event: 'cart' }, 0, TOKYO)).toBeNull();
  });

  it.each([
    ['28 February of a common year', '2027-02-28T09:00:00+09:00', 0, ['02-28', '02-29'], null],
    ['28 February of a leap year', '2028-02-28T09:00:00+09:00', 0, ['02-28'], null],
    ['29 February', '2028-02-29T09:00:00+09:00', 0, ['02-29'], null],
    ['1 March of a common year', '2027-03-01T09:00:00+09:00', 0, ['03-01'], 3],
    ['the day before 1 January', '2026-12-31T09:00:00+09:00', -1, ['01-01'], 1],
    ['a week after 25 December', '2027-01-01T09:00:00+09:00', 7, ['12-25'], null],
  ])('knows whose day %s is', (...[, occurrence, days, monthDays, month]) => {
    const day = ownDay({ on: 'date', birthday: true, at: '09:00', days }, at(occurrence), TOKYO);
    expect(day).toMatchObject({ monthDays, month });
  });
});
