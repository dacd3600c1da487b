import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { compact, daysOf, lineDay, nextAsk, type UnitDays } from './line-days.js';

const at = (text: string) => new Date(text);
const plus = (day: string, days: number) => Temporal.PlainDate.from(day).add({ days }).toString();

describe('days of LINE’s statistics', () => {
  it('are those of UTC+9', () => {
    expect(lineDay(at('2026-04-15T14:59:59Z'))).toBe('2026-04-15');
    expect(lineDay(at('2026-04-15T15:00:00Z'))).toBe('2026-04-16');
    expect(compact('2026-04-15')).toBe('20260415');
  });

  it('are shared by sends of a unit as long as LINE counts all of them within', () => {
    const first = daysOf('2026-04-01', undefined);
    expect(first).toEqual({ fromDay: '2026-04-01', toDay: '2026-05-01', lastSentOn: '2026-04-01' });
    expect(daysOf('2026-04-17', first)).toEqual({ ...first, lastSentOn: '2026-04-17' });
    expect(daysOf('2026-04-18', first)).toEqual({
      fromDay: '2026-05-02',
      toDay: '2026-06-01',
      lastSentOn: '2026-04-18',
    });
    expect(daysOf('2026-08-01', first)).toMatchObject({ fromDay: '2026-08-01' });
  });

  it('are never told twice, never more than 31 in a row, and hold the fourteen days of every send', () => {
    const gaps = fc.array(fc.integer({ min: 0, max: 40 }), { minLength: 1, maxLength: 15 });
    fc.assert(
      fc.property(gaps, (sent) => {
        const periods: UnitDays[] = [];
        let day = '2026-01-01';
        for (const gap of sent) {
          day = plus(day, gap);
          const days = daysOf(day, periods.at(-1));
          if (days.fromDay === periods.at(-1)?.fromDay) periods.pop();
          periods.push(days);
          for (let counted = 0; counted <= 14; counted += 1) {
            const within = periods.filter(({ fromDay, toDay }) => {
              const one = plus(day, counted);
              return one >= fromDay && one <= toDay;
            });
            expect(within).toHaveLength(1);
          }
        }
        for (const { fromDay, toDay } of periods) expect(plus(fromDay, 30)).toBe(toDay);
      }),
      { numRuns: 60, seed: 11 },
    );
  });

  it('are asked for on each day that follows, and once more when the last one is over', () => {
    const days = daysOf('2026-04-01', undefined);
    const asked: string[] = [];
    for (let next = nextAsk(at('2026-04-01T12:00:00+09:00'), days); next; next = nextAsk(next, days))
      asked.push(next.toISOString());
    expect(asked).toHaveLength(15);
    expect(asked[0]).toBe(at('2026-04-02T03:00:00+09:00').toISOString());
    expect(asked.at(-1)).toBe(at('2026-04-16T03:00:00+09:00').toISOString());
    // Who comes late asks for the last time all the same; who comes after that does not.
    expect(nextAsk(at('2026-04-16T02:00:00+09:00'), days)).toEqual(at('2026-04-16T03:00:00+09:00'));
    expect(nextAsk(at('2026-04-16T03:00:00+09:00'), days)).toBeNull();
    // Days that lie ahead are told when the first of them is over.
    const ahead = { fromDay: '2026-05-02', toDay: '2026-06-01', lastSentOn: '2026-04-30' };
    expect(nextAsk(at('2026-04-30T12:00:00+09:00'), ahead)).toEqual(at('2026-05-03T03:00:00+09:00'));
  });
});
