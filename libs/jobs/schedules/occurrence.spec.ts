import { describe, expect, it } from '@jest/globals';
import { nextOccurrence } from './occurrence.js';

const minutely = { kind: 'schedule', name: 'a', lane: 'bulk', every: 60_000 } as const;
const daily = { kind: 'schedule', name: 'b', lane: 'bulk', cron: '30 2 * * *' } as const;

describe('nextOccurrence', () => {
  it('is the next multiple of an interval, the same for everybody', () => {
    expect(nextOccurrence(minutely, new Date('2026-04-15T12:00:17.123Z')).dueAt).toEqual(
      new Date('2026-04-15T12:01:00Z'),
    );
  });

  it('is after the instant, not at it', () => {
    expect(nextOccurrence(minutely, new Date('2026-04-15T12:01:00Z')).dueAt).toEqual(new Date('2026-04-15T12:02:00Z'));
  });

  it('follows the clock of the time zone', () => {
    const tokyo = { ...daily, timeZone: 'Asia/Tokyo' };
    expect(nextOccurrence(tokyo, new Date('2026-04-15T00:00:00Z')).dueAt).toEqual(new Date('2026-04-15T17:30:00Z'));
  });

  it('comes once on the day on which its hour does not exist or exists twice', () => {
    const berlin = { ...daily, timeZone: 'Europe/Berlin' };
    const days: string[] = [];
    for (let at = new Date('2026-03-28T12:00:00Z'); days.length < 3;) {
      at = nextOccurrence(berlin, at).dueAt;
      days.push(at.toISOString().slice(0, 10));
    }
    expect(days).toEqual(['2026-03-29', '2026-03-30', '2026-03-31']);
    const first = nextOccurrence(berlin, new Date('2026-10-24T12:00:00Z')).dueAt;
    expect(nextOccurrence(berlin, first).dueAt.toISOString().slice(0, 10)).toBe('2026-10-26');
  });
});
