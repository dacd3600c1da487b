import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { icalendar, type CalendarEvent } from './icalendar.js';

const event = (summary: string): CalendarEvent => ({
  uid: 'one@tsunagi',
  at: new Date('2026-04-15T03:00:00Z'),
  changedAt: new Date('2026-04-01T00:00:00.123Z'),
  summary,
  description: 'sent',
  status: 'CONFIRMED',
});

/** As RFC 5545, 3.1 and 3.3.11 say it is read. */
function summaryOf(calendar: string): string {
  const lines = calendar.replaceAll('\r\n ', '').split('\r\n');
  const value = lines.find((line) => line.startsWith('SUMMARY:'))!.slice('SUMMARY:'.length);
  return value.replace(/\\(.)/g, (_, character: string) => (character.toLowerCase() === 'n' ? '\n' : character));
}

describe('a calendar', () => {
  it('is written as calendar programs read it', () => {
    expect(icalendar('Shop', [event('Spring')])).toBe(
      [
        ...['BEGIN:VCALENDAR', 'VERSION:2.0', 'PRODID:-//Tsunagi//Campaigns//EN', 'CALSCALE:GREGORIAN'],
        ...['METHOD:PUBLISH', 'X-WR-CALNAME:Shop', 'BEGIN:VEVENT', 'UID:one@tsunagi', 'DTSTAMP:20260401T000000Z'],
        ...['LAST-MODIFIED:20260401T000000Z', 'DTSTART:20260415T030000Z', 'SUMMARY:Spring', 'DESCRIPTION:sent'],
        ...['STATUS:CONFIRMED', 'TRANSP:TRANSPARENT', 'END:VEVENT', 'END:VCALENDAR', ''],
      ].join('\r\n'),
    );
  });

  it('gives any name back, in lines of at most 75 bytes, and lets no name write lines of its own', () => {
    const names = fc.string({
      unit: fc.oneof(
        fc.constantFrom('\\', ';', ',', '\r', '\n', ':', '"', '春', '😀'),
        fc.string({ unit: 'grapheme' }),
      ),
    });
    fc.assert(
      fc.property(names, (name) => {
        const calendar = icalendar('Shop', [event(name)]);
        for (const line of calendar.split('\r\n')) expect(Buffer.byteLength(line)).toBeLessThanOrEqual(75);
        expect(calendar.match(/^BEGIN:VEVENT$/gm)).toHaveLength(1);
        const expected = name.replace(/\r\n|\r/g, '\n').replace(/[\u0000-\u0008\u000b-\u001f\u007f]/g, '');
        expect(summaryOf(calendar)).toBe(expected);
        expect(calendar).toBe(calendar.toWellFormed());
      }),
      { numRuns: 300, seed: 3 },
    );
  });
});
