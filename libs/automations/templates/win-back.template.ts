import { IsInt, IsOptional, IsUUID, Max, Min } from 'class-validator';
import { defineTemplate } from './journey-template.js';
import { card } from './message-parts.js';
import { TimedWordingOptions } from './shared-options.js';

export class WinBackOptions extends TimedWordingOptions {
  /** Of those who have not bought for long, such as `{ "kind": "not", "rule": { "kind": "purchase", "within": { "days": 180 } } }`. */
  @IsUUID() segmentId: string;
  /** A member is written to at most once in so many days; default 180. */
  @IsOptional() @IsInt() @Min(1) @Max(366) onceInDays?: number;
}

/** Who comes into the segment at midnight is written to by day. */
export const winBack = defineTemplate(WinBackOptions, {
  id: 'win-back',
  label: { ja: '休眠会員への再アプローチ', en: 'Win-back' },
  description: {
    ja: 'しばらくご購入のない方のセグメントに入ったら、ご案内を送ります。',
    en: 'Writes to members when they enter the segment of those who have not bought for long.',
  },
  example: { url: 'https://shop.example/', segmentId: '0199d3a8-6f0e-7c51-9a44-5b1f4d7c2e90' },
  build({ url, segmentId, at = '12:00', onceInDays = 180, text = 'お久しぶりです' }, { channelId }) {
    const letter = card({
      altText: text,
      heading: text,
      lines: ['最近のおすすめをご覧になりませんか。'],
      button: { label: 'お店を見る', uri: url },
    });
    return {
      channelId,
      start: { on: 'segment', segmentId, change: 'entered' },
      reentry: { days: onceInDays },
      steps: [
        { id: 'by-day', kind: 'wait', until: at },
        { id: 'write', kind: 'send', messages: [letter] },
      ],
      cancel: [{ event: 'purchase' }],
    };
  },
});
