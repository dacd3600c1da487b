import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import type { MenuRule } from './rules.dto.js';
import { activeRules, nextChange } from './rule-times.js';

const MINUTE = 60_000;
const TOKYO = 'Asia/Tokyo';
const menuId = '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90';
const rule = (when: MenuRule['when']): MenuRule => ({ when, menuId });
const at = (text: string) => new Date(text);

describe('activeRules', () => {
  it('knows from and to, the first included, the last not, and a bare date as local midnight', () => {
    const rules = [rule({ from: '2026-04-15', to: '2026-04-16T12:00:00+09:00' })];
    const active = (text: string) => activeRules(rules, at(text), TOKYO);
    expect(active('2026-04-14T23:59:59.999+09:00')).toEqual([]);
    expect(active('2026-04-15T00:00:00+09:00')).toEqual([0]);
    expect(active('2026-04-16T11:59:59.999+09:00')).toEqual([0]);
    expect(active('2026-04-16T12:00:00+09:00')).toEqual([]);
  });

  it('knows hours of the day, over midnight too', () => {
    const rules = [rule({ hours: { from: '09:00', to: '17:30' } }), rule({ hours: { from: '22:00', to: '02:00' } })];
    const active = (time: string) => activeRules(rules, at(`2026-04-15T${time}+09:00`), TOKYO);
    expect(active('08:59:59')).toEqual([]);
    expect(active('09:00:00')).toEqual([0]);
    expect(active('17:29:59')).toEqual([0]);
    expect(active('17:30:00')).toEqual([]);
    expect(active('22:00:00')).toEqual([1]);
    expect(active('01:59:59')).toEqual([1]);
    expect(active('02:00:00')).toEqual([]);
  });

  it('asks nothing else', () => {
    expect(activeRules([rule({ linked: false }), rule({ rank: 'gold' })], at('2026-04-15T00:00:00Z'), TOKYO)).toEqual([
      0, 1,
    ]);
  });
});

describe('nextChange', () => {
  it('is never for rules that do not ask the clock, and for those whose time is over', () => {
    const rules = [rule({ linked: true }), rule({ to: '2026-04-01' })];
    expect(nextChange(rules, at('2026-04-15T00:00:00Z'), TOKYO)).toBeNull();
  });

  const time = fc
    .tuple(fc.integer({ min: 0, max: 23 }), fc.constantFrom(0, 1, 30, 59))
    .map(([hour, minute]) => `${String(hour).padStart(2, '0')}:${String(minute).padStart(2, '0')}`);
  const whens = fc.oneof(
    fc.tuple(time, time).map(([from, to]) => ({ hours: { from, to } })),
    fc.integer({ min: 0, max: 4000 }).map((minutes) => ({
      from: new Date(at('2026-03-28T00:00:00Z').getTime() + minutes * MINUTE).toISOString(),
    })),
    fc.constantFrom({ to: '2026-03-29' }, { from: '2026-03-29', to: '2026-03-30' }),
  );

  it.each([
    ['Europe/Berlin', '2026-03-28T12:00:00Z'],
    ['Europe/Berlin', '2026-10-24T12:00:00Z'],
    ['Asia/Tokyo', '2026-03-28T12:00:00Z'],
    ['America/St_Johns', '2026-03-07T12:00:00Z'],
  ])(
    'misses no change, also where clocks are put forward or back: %s %s',
    (timeZone, start) => {
      fc.assert(
        fc.property(fc.array(whens, { minLength: 1, maxLength: 3 }), (list) => {
          const rules = list.map(rule);
          let known = activeRules(rules, at(start), timeZone);
          let next = nextChange(rules, at(start), timeZone);
          for (let minute = 1; minute <= 36 * 60; minute++) {
            const now = new Date(at(start).getTime() + minute * MINUTE);
            if (next && now >= next) {
              known = activeRules(rules, now, timeZone);
              next = nextChange(rules, now, timeZone);
            }
            expect([now.toISOString(), activeRules(rules, now, timeZone)]).toEqual([now.toISOString(), known]);
          }
        }),
        { seed: 7, numRuns: 3 },
      );
    },
    60_000,
  );
});
