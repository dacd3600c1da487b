import { ArrayMaxSize, ArrayNotEmpty } from 'class-validator';
import { IsText } from '#kernel';
import { defineTemplate } from './journey-template.js';
import { card, or } from './message-parts.js';
import { LinkedWordingOptions } from './shared-options.js';

export class RankUpOptions extends LinkedWordingOptions {
  /** Ranks that are a step up; coming down to a lower one is not congratulated. */
  @ArrayNotEmpty() @ArrayMaxSize(100) @IsText(1_000, { each: true, min: 1 }) ranks: string[];
}

export const rankUp = defineTemplate(RankUpOptions, {
  id: 'rank-up',
  label: { ja: 'ランクアップのお祝い', en: 'Rank up' },
  description: { ja: '会員ランクが上がったことをお知らせします。', en: 'Tells of a higher rank.' },
  example: { url: 'https://shop.example/ranks', ranks: ['gold', 'platinum'] },
  build({ url, ranks, text = 'ランクアップおめでとうございます' }, { channelId }) {
    const notice = card({
      altText: text,
      heading: text,
      lines: [`新しいランク：${or('event.rank', '－')}`],
      button: { label: '特典を見る', uri: url },
    });
    return {
      channelId,
      start: { on: 'rank', to: ranks },
      reentry: { key: ['rank'] },
      steps: [{ id: 'tell', kind: 'send', messages: [notice] }],
    };
  },
});
