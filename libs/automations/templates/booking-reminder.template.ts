import { IsIn, IsInt, IsOptional, Max, Min } from 'class-validator';
import { defineTemplate } from './journey-template.js';
import { card, or } from './message-parts.js';
import { IsTimeOfDay, LinkedWordingOptions } from './shared-options.js';

export class BookingReminderOptions extends LinkedWordingOptions {
  /** Days before, at `at`; 0: not at all; default 1. */
  @IsOptional() @IsInt() @Min(0) @Max(60) daysBefore?: number;
  /** By the workspace's clocks; default 18:00. */
  @IsOptional() @IsTimeOfDay() at?: string;
  /** Also so many hours before it begins; default: not. */
  @IsOptional() @IsInt() @Min(1) @Max(72) hoursBefore?: number;
  /**
   * What becomes of a reminder whose time is past when the booking is made: `send` (default) it at once, or `skip` it.
   * Of what has begun by then nobody is reminded.
   */
  @IsOptional() @IsIn(['send', 'skip']) late?: 'send' | 'skip';
}

/** A moved booking is another start: its own reminders take the place of those of the old time. */
export const bookingReminder = defineTemplate(BookingReminderOptions, {
  id: 'booking-reminder',
  label: { ja: '予約リマインド', en: 'Booking reminder' },
  description: {
    ja: '予約の前日と数時間前にお知らせします。変更すれば新しい時刻に、取り消せば送りません。',
    en: 'Reminds of a booking the day before and hours before. Moved bookings move it, cancelled ones call it off.',
  },
  example: { url: 'https://shop.example/bookings', hoursBefore: 3 },
  build(options, { channelId }) {
    const { url, daysBefore = 1, at = '18:00', hoursBefore, late = 'send' } = options;
    const reminder = card({
      altText: options.text ?? 'ご予約のお知らせ',
      heading: options.text ?? 'ご予約のお知らせ',
      lines: [or('event.title', 'ご予約'), '{{event.startsAt}}'],
      button: { label: '予約を確認する', uri: url },
    });
    const send = (id: string) => ({ id, kind: 'send', class: 'transactional', messages: [reminder] });
    const past = (onPast: string) => (late === 'skip' ? { onPast } : {});
    const end = { id: 'end', kind: 'stop' };
    const before = { to: 'startsAt', days: -daysBefore, at };
    const [afterFirst, isTwo] = [hoursBefore === undefined ? 'end' : 'wait-hours', hoursBefore !== undefined];
    const first = [{ id: 'wait-days', kind: 'wait', relative: before, ...past(afterFirst) }, send('remind')];
    const second = [
      {
        id: 'wait-hours',
        kind: 'wait',
        relative: { to: 'startsAt', hours: -(hoursBefore ?? 0) },
        // Who is reminded at once for the days is not for the hours as well.
        ...(daysBefore > 0 ? { onPast: 'end' } : past('end')),
      },
      send('remind-again'),
    ];
    return {
      channelId,
      start: { on: 'event', event: 'booking', where: [{ field: 'status', in: ['booked', 'changed'] }] },
      // A booking that is moved back, or made again, is another one as long as nothing was sent of it.
      reentry: { key: ['bookingId', 'startsAt'], repeat: 'restart' },
      steps: [...(daysBefore > 0 ? first : []), ...(isTwo ? second : []), end],
      cancel: [
        {
          event: 'booking',
          where: [
            { field: 'bookingId', sharedWithStart: 'bookingId' },
            { field: 'startsAt', differsFromStart: 'startsAt' },
          ],
        },
        {
          event: 'booking',
          where: [
            { field: 'bookingId', sharedWithStart: 'bookingId' },
            { field: 'status', equals: 'cancelled' },
          ],
        },
      ],
    };
  },
});
