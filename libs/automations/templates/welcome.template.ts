import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { defineTemplate } from './journey-template.js';
import { card } from './message-parts.js';
import { LinkedWordingOptions } from './shared-options.js';

export class WelcomeOptions extends LinkedWordingOptions {
  /** Reminds who is still not linked after so many days; default: nobody is reminded. */
  @IsOptional() @IsInt() @Min(1) @Max(60) remindAfterDays?: number;
}

/** For friends who are not linked: the journey of a LINE user, which ends when they link. */
export const welcome = defineTemplate(WelcomeOptions, {
  id: 'welcome',
  label: { ja: '友だち追加のあいさつ', en: 'Welcome' },
  description: {
    ja: '友だち追加のときに、会員連携ボタンつきのあいさつを送ります。連携していない方に後日お知らせすることもできます。',
    en: 'Greets new friends who are not linked with a button to link; on demand reminds those who still are not.',
  },
  example: { url: 'https://shop.example/p/line/connect', remindAfterDays: 3 },
  build({ url, remindAfterDays, text = '友だち追加ありがとうございます' }, { channelId }) {
    const invite = (heading: string) =>
      card({
        altText: heading,
        heading,
        lines: ['会員証と連携すると、ポイントや発送のお知らせをLINEで受け取れます。'],
        button: { label: '会員連携する', uri: url },
      });
    const reminder = [
      { id: 'wait', kind: 'wait', for: { days: remindAfterDays } },
      { id: 'until-day', kind: 'wait', until: '12:00' },
      { id: 'remind', kind: 'send', messages: [invite('会員連携はお済みですか？')] },
    ];
    return {
      channelId,
      start: { on: 'friend', linked: false },
      steps: [
        { id: 'greet', kind: 'send', messages: [invite(text)] },
        ...(remindAfterDays === undefined ? [] : reminder),
      ],
      cancel: [{ change: 'linked' }],
    };
  },
});
