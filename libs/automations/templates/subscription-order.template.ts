import { ArrayMaxSize, ArrayNotEmpty } from 'class-validator';
import { IsText } from '#kernel';
import { defineTemplate } from './journey-template.js';
import { amount, card } from './message-parts.js';
import { LinkedWordingOptions } from './shared-options.js';

export class SubscriptionOrderOptions extends LinkedWordingOptions {
  /** Categories of what is sold by subscription: an order with a line of one of them is a subscription's. */
  @ArrayNotEmpty() @ArrayMaxSize(100) @IsText(1_000, { each: true, min: 1 }) categories: string[];
}

export const subscriptionOrder = defineTemplate(SubscriptionOrderOptions, {
  id: 'subscription-order',
  label: { ja: '定期購入のご案内', en: 'Subscription order' },
  description: {
    ja: '定期購入のご注文ごとに一度、内容をお知らせします。',
    en: 'Tells of each order of a subscription once.',
  },
  example: { url: 'https://shop.example/subscriptions', categories: ['定期便'] },
  build({ url, categories, text = '定期便のご注文を承りました' }, { channelId, currency }) {
    const notice = card({
      altText: text,
      heading: text,
      lines: ['ご注文番号：{{event.orderId}}', `合計：${amount('{{event.total}}', currency)}`],
      button: { label: '定期便の内容を見る', uri: url },
    });
    return {
      channelId,
      start: { on: 'event', event: 'purchase', where: [{ field: 'lines.category', in: categories }] },
      reentry: { key: ['orderId'] },
      steps: [{ id: 'tell', kind: 'send', class: 'transactional', messages: [notice] }],
    };
  },
});
