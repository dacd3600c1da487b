import { defineTemplate } from './journey-template.js';
import { card } from './message-parts.js';
import { LinkedWordingOptions } from './shared-options.js';

export const linkThanks = defineTemplate(LinkedWordingOptions, {
  id: 'link-thanks',
  label: { ja: '連携のお礼', en: 'Link thanks' },
  description: { ja: '会員連携のお礼を一度だけ送ります。', en: 'Thanks for linking, once.' },
  example: { url: 'https://shop.example/my-page' },
  build({ url, text = '会員連携が完了しました' }, { channelId }) {
    const thanks = card({
      altText: text,
      heading: text,
      lines: ['これからは大切なお知らせをLINEでお届けします。'],
      button: { label: 'マイページを見る', uri: url },
    });
    return {
      channelId,
      start: { on: 'link', change: 'linked' },
      reentry: { once: true },
      steps: [{ id: 'thank', kind: 'send', messages: [thanks] }],
      cancel: [{ change: 'unlinked' }],
    };
  },
});
