import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { Temporal } from 'temporal-polyfill';
import { VirtualClock } from '#kernel';
import { assertOccurs, nextOccurrence } from './occurrences.js';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** All occurrences after an instant, until another one. */
function occurrences(cron: string, from: Date, to: Date, timeZone: string): number[] {
  const found: number[] = [];
  let next = nextOccurrence({ cron, until: null }, from, timeZone);
  while (next && next <= to) {
    found.push(next.getTime());
    next = nextOccurrence({ cron, until: null }, next, timeZone);
  }
  return found;
}

/** What somebody sees who looks at the clocks each minute, and remembers what they have shown. */
function watched(minute: number, hours: number[], timeZone: string, [from, to]: [Date, Date]): number[] {
  const found: number[] = [];
  const seen = new Set<string>();
  const due = ({ hour, minute: shown }: Temporal.PlainDateTime) => shown === minute && hours.includes(hour);
  const begin = from.getTime() - 3 * HOUR_MS;
  let before: Temporal.PlainDateTime | undefined;
  for (let at = begin; at <= to.getTime(); at += MINUTE_MS) {
    const shown = Temporal.Instant.fromEpochMilliseconds(at).toZonedDateTimeISO(timeZone).toPlainDateTime();
    // Clocks that jump forward pass by what is due there; it comes as much later as they jumped.
    for (let skipped = before?.add({ minutes: 1 }); skipped && Temporal.PlainDateTime.compare(skipped, shown) < 0;) {
      if (due(skipped) && !seen.has(skipped.toString())) {
        seen.add(skipped.toString());
        found.push(at + before!.add({ minutes: 1 }).until(skipped).total('milliseconds'));
      }
      skipped = skipped.add({ minutes: 1 });
    }
    if (due(shown) && !seen.has(shown.toString())) {
      seen.add(shown.toString());
      found.push(at);
    }
    before = shown;
  }
  return [...new Set(found)].filter((at) => at > from.getTime() && at <= to.getTime()).sort((a, b) => a - b);
}

const at = (text: string) => new Date(text);

describe('when a campaign comes back', () => {
  it('is by the clocks of the workspace', () => {
    const next = nextOccurrence({ cron: '0 10 * * MON', until: null }, at('2026-04-15T12:00:00+09:00'), 'Asia/Tokyo');
    expect(next).toEqual(at('2026-04-20T10:00:00+09:00'));
  });

  it('is once where clocks are put back, the first time they show it', () => {
    const autumn = occurrences(
      '30 1 * * *',
      at('2026-10-31T12:00:00Z'),
      at('2026-11-02T12:00:00Z'),
      'America/New_York',
    );
    expect(autumn).toEqual([at('2026-11-01T01:30:00-04:00').getTime(), at('2026-11-02T01:30:00-05:00').getTime()]);
  });

  it('is as much later as clocks are put forward, where they pass it by', () => {
    const spring = occurrences('30 2 * * *', at('2026-03-28T12:00:00Z'), at('2026-03-30T12:00:00Z'), 'Europe/Berlin');
    expect(spring).toEqual([at('2026-03-29T03:30:00+02:00').getTime(), at('2026-03-30T02:30:00+02:00').getTime()]);
    // Also for who asks when the clocks have been put forward already.
    const asked = nextOccurrence({ cron: '30 2 * * *', until: null }, at('2026-03-29T03:05:00+02:00'), 'Europe/Berlin');
    expect(asked).toEqual(at('2026-03-29T03:30:00+02:00'));
  });

  it('is once per time that clocks show, around every change of clocks, whenever it is asked', () => {
    const changes: [string, string][] = [
      ['Europe/Berlin', '2026-03-29T01:00:00Z'],
      ['Europe/Berlin', '2026-10-25T01:00:00Z'],
      ['America/New_York', '2026-03-08T07:00:00Z'],
      ['America/Sao_Paulo', '2018-11-04T03:00:00Z'],
      ['Australia/Lord_Howe', '2026-10-03T15:30:00Z'],
      ['Australia/Lord_Howe', '2026-04-04T15:00:00Z'],
      ['Africa/Cairo', '2026-04-23T22:00:00Z'],
      ['Asia/Tokyo', '2026-04-15T03:00:00Z'],
    ];
    const hours = fc.uniqueArray(fc.integer({ min: 0, max: 23 }), { minLength: 1, maxLength: 24 });
    const minutesBefore = fc.integer({ min: 0, max: 14 * 60 });
    fc.assert(
      fc.property(fc.constantFrom(...changes), fc.integer({ min: 0, max: 59 }), hours, minutesBefore, (...given) => {
        const [[timeZone, change], minute, named, before] = given;
        const from = new Date(Date.parse(change) - before * MINUTE_MS);
        const to = new Date(Date.parse(change) + 14 * HOUR_MS);
        const sorted = named.sort((a, b) => a - b);
        const found = occurrences(`${minute} ${sorted.join(',')} * * *`, from, to, timeZone);
        expect(found).toEqual(watched(minute, sorted, timeZone, [from, to]));
      }),
      { numRuns: 40, seed: 20 },
    );
  });

  it('ends', () => {
    const from = at('2026-04-15T00:00:00Z');
    expect(nextOccurrence({ cron: '0 1 * * *', until: '2026-04-15T01:00:00Z' }, from, 'UTC')).not.toBeNull();
    expect(nextOccurrence({ cron: '0 1 * * *', until: '2026-04-15T00:59:59Z' }, from, 'UTC')).toBeNull();
  });

  it.each(['0 25 * * *', '0 0 30 2 *', '0 0 31 2,4 *', '5 H * * *', '0 0 * * FOO', '0 0 5-1 * *'])(
    'is refused when it is %s',
    (cron) => {
      const now = new VirtualClock('2026-04-15T00:00:00Z').now();
      expect(() => assertOccurs({ cron, until: null }, now, '/repeat/cron')).toThrow(
        expect.objectContaining({
          status: 400,
          extra: { errors: [{ path: '/repeat/cron', detail: expect.any(String) }] },
        }),
      );
      expect(() => assertOccurs({ cron: '0 9 * * THU', until: null }, now, '')).not.toThrow();
    },
  );
});
