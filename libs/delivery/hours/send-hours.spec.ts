import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { SendHours, type DayPart, type HoursOf } from './send-hours.js';

const MINUTE = 60_000;
const NIGHT = { from: '21:00', to: '08:00', exempt: ['transactional' as const] };

const hours = (given: Partial<HoursOf> = {}) =>
  new SendHours({ timeZone: 'Asia/Tokyo', quietHours: NIGHT, window: null, class: 'promotional', ...given });

const next = (of: SendHours, from: string, marginMs?: number) => {
  const found = of.nextLeave(new Date(from), marginMs);
  return found.kind === 'at' ? found.at.toISOString() : found.kind;
};

describe('send hours', () => {
  it('let a request leave by day and hold it by night, to the millisecond', () => {
    const tokyo = hours();
    expect(next(tokyo, '2026-04-15T12:00:00.123+09:00')).toBe('2026-04-15T03:00:00.123Z');
    expect(next(tokyo, '2026-04-15T20:59:59.999+09:00')).toBe('2026-04-15T11:59:59.999Z');
    expect(next(tokyo, '2026-04-15T21:00:00+09:00')).toBe('2026-04-15T23:00:00.000Z');
    expect(next(tokyo, '2026-04-16T07:59:59.999+09:00')).toBe('2026-04-15T23:00:00.000Z');
    expect(tokyo.mayLeaveAt(new Date('2026-04-16T08:00:00+09:00'))).toBe(true);
    expect(tokyo.mayLeaveAt(new Date('2026-04-16T07:59:59.999+09:00'))).toBe(false);
  });

  it('hold what might still be executed when the night begins', () => {
    const at = (time: string) => hours().mayLeaveAt(new Date(`2026-04-15T${time}+09:00`), 10_000);
    expect([at('20:59:49.999'), at('20:59:50'), at('20:59:55')]).toEqual([true, false, false]);
    expect(next(hours(), '2026-04-15T20:59:50+09:00', 10_000)).toBe('2026-04-15T23:00:00.000Z');
  });

  it('do not hold classes that are exempt, nor anything without quiet hours and window', () => {
    expect(next(hours({ class: 'transactional' }), '2026-04-15T23:00:00+09:00')).toBe('2026-04-15T14:00:00.000Z');
    expect(next(hours({ class: 'triggered' }), '2026-04-15T23:00:00+09:00')).toBe('2026-04-15T23:00:00.000Z');
    expect(next(hours({ quietHours: null }), '2026-04-15T23:00:00+09:00', 1e9)).toBe('2026-04-15T14:00:00.000Z');
  });

  it('keep a send to its own window, exempt or not', () => {
    const window = { from: '18:00', to: '20:00' };
    for (const which of ['promotional', 'transactional'] as const) {
      const evening = hours({ window, class: which });
      expect(next(evening, '2026-04-15T12:00:00+09:00')).toBe('2026-04-15T09:00:00.000Z');
      expect(next(evening, '2026-04-15T20:00:00+09:00')).toBe('2026-04-16T09:00:00.000Z');
    }
    const late = hours({ window: { from: '20:00', to: '02:00' } });
    expect(next(late, '2026-04-15T21:30:00+09:00')).toBe('2026-04-16T11:00:00.000Z');
  });

  it('say where quiet hours cover the whole window, or leave less of it than a request may take', () => {
    expect(next(hours({ window: { from: '22:00', to: '07:00' } }), '2026-04-15T12:00:00Z')).toBe('never');
    const minute = hours({ window: { from: '07:00', to: '08:01' } });
    expect(next(minute, '2026-04-15T12:00:00+09:00', MINUTE - 1)).toBe('2026-04-15T23:00:00.000Z');
    expect(next(minute, '2026-04-15T12:00:00+09:00', MINUTE)).toBe('never');
  });

  it('go by the clocks where spring skips an hour', () => {
    const newYork = (quietHours: DayPart) =>
      hours({ timeZone: 'America/New_York', quietHours: { ...quietHours, exempt: [] } });
    // 02:00 to 03:00 does not exist on 8 March 2026: what ends within it ends where it begins.
    expect(next(newYork({ from: '21:00', to: '02:30' }), '2026-03-08T00:00:00-05:00')).toBe('2026-03-08T07:00:00.000Z');
    expect(next(newYork({ from: '21:00', to: '08:00' }), '2026-03-08T00:00:00-05:00')).toBe('2026-03-08T12:00:00.000Z');
    // Nobody sees a quiet hour that does not exist.
    const skipped = newYork({ from: '02:00', to: '03:00' });
    expect(skipped.mayLeaveAt(new Date('2026-03-08T01:59:59-05:00'), 60 * MINUTE)).toBe(true);
    expect(skipped.mayLeaveAt(new Date('2026-03-07T01:59:59-05:00'), 60 * MINUTE)).toBe(false);
    // A window that does not exist on that day is open on the next.
    const inTheGap = hours({ timeZone: 'America/New_York', quietHours: null, window: { from: '02:00', to: '03:00' } });
    expect(next(inTheGap, '2026-03-08T00:00:00-05:00')).toBe('2026-03-09T06:00:00.000Z');
  });

  it('keep an hour quiet both times where autumn shows it twice', () => {
    const quietHours = { from: '01:00', to: '02:00', exempt: [] };
    const newYork = hours({ timeZone: 'America/New_York', quietHours });
    expect(next(newYork, '2026-11-01T01:00:00-04:00')).toBe('2026-11-01T07:00:00.000Z');
    // Open at 01:30, quiet again when the clocks go back to 01:00.
    const early = hours({ timeZone: 'America/New_York', quietHours: { from: '23:00', to: '01:30', exempt: [] } });
    expect(next(early, '2026-11-01T00:00:00-04:00')).toBe('2026-11-01T05:30:00.000Z');
    expect(next(early, '2026-11-01T00:00:00-04:00', 40 * MINUTE)).toBe('2026-11-01T06:30:00.000Z');
    expect(next(early, '2026-11-01T01:00:00-05:00')).toBe('2026-11-01T06:30:00.000Z');
  });

  it('open on the one day of a year that is long enough', () => {
    const window = { from: '01:00', to: '02:00' };
    const twice = hours({ timeZone: 'America/New_York', quietHours: null, window });
    expect(next(twice, '2026-04-01T00:00:00-04:00', 90 * MINUTE)).toBe('2026-11-01T05:00:00.000Z');
    expect(next(hours({ quietHours: null, window }), '2026-04-01T00:00:00+09:00', 90 * MINUTE)).toBe('never');
  });

  it('pass midnight, the end of the year and 29 February', () => {
    expect(next(hours(), '2027-12-31T23:59:59+09:00')).toBe('2027-12-31T23:00:00.000Z');
    expect(next(hours(), '2028-02-28T22:00:00+09:00')).toBe('2028-02-28T23:00:00.000Z');
    expect(next(hours(), '2028-02-29T22:00:00+09:00')).toBe('2028-02-29T23:00:00.000Z');
    expect(next(hours(), '2027-02-28T22:00:00+09:00')).toBe('2027-02-28T23:00:00.000Z');
  });

  it('go by clocks that differ from others by less than hours, or skip midnight or a whole day', () => {
    const at = (timeZone: string, from: string, quiet = NIGHT) => next(hours({ timeZone, quietHours: quiet }), from);
    expect(at('Asia/Kathmandu', '2026-04-15T22:00:00+05:45')).toBe('2026-04-16T02:15:00.000Z');
    expect(at('Pacific/Chatham', '2026-04-15T22:00:00+12:45')).toBe('2026-04-15T19:15:00.000Z');
    // Lord Howe's summer is half an hour: 02:00 on 4 October 2026 becomes 02:30.
    const lordHowe = { from: '21:00', to: '02:15', exempt: [] };
    expect(at('Australia/Lord_Howe', '2026-10-04T00:00:00+10:30', lordHowe as never)).toBe('2026-10-03T15:30:00.000Z');
    // Cairo's summer begins at midnight: 24 April 2026 begins at 01:00.
    const cairo = { from: '21:00', to: '00:30', exempt: [] };
    expect(at('Africa/Cairo', '2026-04-23T22:00:00+02:00', cairo as never)).toBe('2026-04-23T22:00:00.000Z');
    // Samoa had no 30 December 2011.
    expect(at('Pacific/Apia', '2011-12-29T22:00:00-10:00')).toBe('2011-12-30T18:00:00.000Z');
  });

  const zones: Record<string, string[]> = {
    'Asia/Tokyo': ['2028-02-29T00:00:00Z'],
    'America/New_York': ['2026-03-08T07:00:00Z', '2026-11-01T06:00:00Z'],
    'Europe/London': ['2026-03-29T01:00:00Z', '2026-10-25T01:00:00Z'],
    'Asia/Kathmandu': ['2026-04-15T00:00:00Z'],
    'Australia/Lord_Howe': ['2026-04-04T15:00:00Z', '2026-10-03T15:30:00Z'],
    'Pacific/Chatham': ['2026-04-04T14:00:00Z', '2026-09-26T14:00:00Z'],
    'Africa/Cairo': ['2026-04-23T22:00:00Z', '2026-10-29T21:00:00Z'],
    'America/Havana': ['2026-03-08T05:00:00Z', '2026-11-01T05:00:00Z'],
    'Pacific/Apia': ['2011-12-30T10:00:00Z'],
  };

  it('agree with somebody who looks at the clock minute by minute', () => {
    const quarter = fc.integer({ min: 0, max: 95 }).map((n) => timeOf(n * 15));
    const part = fc.record({ from: fc.oneof(quarter, minute()), to: quarter }).filter(({ from, to }) => from !== to);
    const place = fc
      .constantFrom(...Object.entries(zones))
      .chain(([timeZone, moments]) =>
        fc.record({ timeZone: fc.constant(timeZone), near: fc.constantFrom(...moments) }),
      );
    const given = fc.record({
      place,
      minutesOff: fc.integer({ min: -2_000, max: 600 }),
      millis: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 59_999 })),
      marginMs: fc.oneof(fc.constant(0), fc.integer({ min: 0, max: 3 * 60 * MINUTE })),
      quiet: fc.option(part),
      window: fc.option(part),
    });
    fc.assert(
      fc.property(given, ({ place: { timeZone, near }, minutesOff, millis, marginMs, quiet, window }) => {
        const from = new Date(near).getTime() + minutesOff * MINUTE + millis;
        const of = hours({ timeZone, quietHours: quiet && { ...quiet, exempt: [] }, window });
        const found = of.nextLeave(new Date(from), marginMs);
        const expected = byLooking({ timeZone, parts: [quiet, window], from, marginMs });
        if (expected === undefined) {
          if (found.kind === 'at') expect(found.at.getTime()).toBeGreaterThan(from + LOOKED);
        } else {
          expect(found).toEqual({ kind: 'at', at: new Date(expected) });
          expect(of.mayLeaveAt(new Date(from), marginMs)).toBe(expected === from);
        }
      }),
      { seed: 29, numRuns: 300 },
    );
  }, 120_000);
});

const LOOKED = 3 * 24 * 60 * MINUTE;

/** Every minute of three days, by the runtime's own calendar. */
function byLooking(asked: {
  timeZone: string;
  parts: [DayPart | null, DayPart | null];
  from: number;
  marginMs: number;
}): number | undefined {
  const { timeZone, from, marginMs } = asked;
  const [quiet, window] = asked.parts;
  const isOpen = (minute: number) => {
    const time = shownAt(timeZone, minute);
    return !(quiet && covers(quiet, time)) && (!window || covers(window, time));
  };
  const mayBegin = (at: number) => {
    for (let minute = Math.floor(at / MINUTE); minute <= Math.floor((at + marginMs) / MINUTE); minute++)
      if (!isOpen(minute)) return false;
    return true;
  };
  if (mayBegin(from)) return from;
  for (let at = (Math.floor(from / MINUTE) + 1) * MINUTE; at <= from + LOOKED; at += MINUTE)
    if (mayBegin(at)) return at;
  return undefined;
}

const shown = new Map<string, (minute: number) => string>();

function shownAt(timeZone: string, minute: number): string {
  const known = shown.get(timeZone);
  if (known) return known(minute);
  const clock = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' });
  const times = new Map<number, string>();
  shown.set(timeZone, (asked) => {
    const time = times.get(asked) ?? clock.format(asked * MINUTE);
    times.set(asked, time);
    return time;
  });
  return shownAt(timeZone, minute);
}

function covers({ from, to }: DayPart, time: string): boolean {
  return from < to ? from <= time && time < to : time >= from || time < to;
}

function minute() {
  return fc.integer({ min: 0, max: 1439 }).map(timeOf);
}

function timeOf(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
