import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { defineTemplate } from './journey-template.js';
import { card } from './message-parts.js';
import { LinkedWordingOptions } from './shared-options.js';

export class VisitThanksOptions extends LinkedWordingOptions {
  /** After the visit; default 60. */
  @IsOptional() @IsInt() @Min(0) @Max(1_440) delayMinutes?: number;
  /** A member is thanked at most once in so many days; default 7. */
  @IsOptional() @IsInt() @Min(1) @Max(366) onceInDays?: number;
}

export const visitThanks = defineTemplate(VisitThanksOptions, {
  id: 'visit-thanks',
  label: { ja: '来店のお礼', en: 'Visit thanks' },
  description: { ja: 'ご来店のあとにお礼を送ります。', en: 'Thanks for a visit, some time after it.' },
  example: { url: 'https://shop.example/coupons' },
  build({ url, delayMinutes = 60, onceInDays = 7, text = 'ご来店ありがとうございました' }, { channelId }) {
    const thanks = card({
      altText: text,
      heading: text,
      lines: ['またのお越しをお待ちしております。'],
      button: { label: 'お店からのお知らせ', uri: url },
    });
    const wait = { id: 'wait', kind: 'wait', for: { minutes: delayMinutes } };
    return {
      channelId,
      start: { on: 'event', event: 'visit' },
      reentry: { days: onceInDays },
      steps: [...(delayMinutes > 0 ? [wait] : []), { id: 'thank', kind: 'send', messages: [thanks] }],
    };
  },
});
