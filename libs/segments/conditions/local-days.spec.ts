import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { localDate } from '#kernel';
import { LocalDays } from './local-days.js';

describe.each(['Asia/Tokyo', 'America/New_York', 'Australia/Lord_Howe', 'America/St_Johns', 'Pacific/Apia', 'UTC'])(
  'The local day in %s',
  (timeZone) => {
    const ofKernel = (at: number) => {
      const { year, month, day } = localDate(new Date(at), timeZone);
      return Date.UTC(year, month - 1, day) / 86_400_000;
    };
    // Minutes, because clocks change on them, and their neighbours.
    const instant = fc
      .tuple(
        fc.integer({ min: Date.UTC(2005) / 60_000, max: Date.UTC(2032) / 60_000 }),
        fc.integer({ min: -1, max: 1 }),
      )
      .map(([minute, beside]) => minute * 60_000 + beside);

    it('is that of the calendar, in whatever order it is asked for', () => {
      const days = new LocalDays(timeZone);
      fc.assert(
        fc.property(instant, (at) => expect(days.dayOf(at)).toBe(ofKernel(at))),
        { seed: 4, numRuns: 2_000 },
      );
    });

    it('is that of the calendar around every change of the clocks', () => {
      // In these months all of them change, St John's at one minute past midnight and Apia by a whole day.
      for (let hour = Date.UTC(2011, 8, 20); hour < Date.UTC(2012, 0, 2); hour += 3_600_000) {
        const days = new LocalDays(timeZone);
        for (const at of [hour - 1, hour + 60_000]) expect(days.dayOf(at)).toBe(ofKernel(at));
      }
    });
  },
);
