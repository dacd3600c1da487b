import { IsIn, IsOptional } from 'class-validator';
import { defineTemplate } from './journey-template.js';
import { card } from './message-parts.js';
import { TimedWordingOptions } from './shared-options.js';

export class BirthdayOptions extends TimedWordingOptions {
  /** On the `day` (default; of those whose birth date is known) or on the first of the `month`. */
  @IsOptional() @IsIn(['day', 'month']) on?: 'day' | 'month';
}

/** Once a year; who was born on 29 February is greeted on the 28th in common years. */
export const birthday = defineTemplate(BirthdayOptions, {
  id: 'birthday',
  label: { ja: '誕生日のお祝い', en: 'Birthday' },
  description: {
    ja: '誕生日の当日、または誕生月の1日にお祝いを送ります。',
    en: 'Congratulates on the birthday, or on the first of the birth month.',
  },
  example: { url: 'https://shop.example/birthday', at: '10:00' },
  build({ url, at = '10:00', on = 'day', text = 'お誕生日おめでとうございます' }, { channelId }) {
    const greeting = card({
      altText: text,
      heading: text,
      lines: ['ささやかなプレゼントをご用意しました。'],
      button: { label: 'プレゼントを見る', uri: url },
    });
    return {
      channelId,
      start: { on: 'date', ...(on === 'day' ? { birthday: true } : { birthMonth: true }), at },
      // Also where the date is corrected; two birthdays are further apart.
      reentry: { days: 300 },
      steps: [{ id: 'greet', kind: 'send', messages: [greeting] }],
    };
  },
});
