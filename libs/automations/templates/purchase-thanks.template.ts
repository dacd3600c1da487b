import { ArrayMaxSize, ArrayNotEmpty, IsOptional } from 'class-validator';
import { IsText } from '#kernel';
import { defineTemplate } from './journey-template.js';
import { amount, card } from './message-parts.js';
import { LinkedWordingOptions } from './shared-options.js';

export class PurchaseThanksOptions extends LinkedWordingOptions {
  /** Orders with a line of one of these categories are thanked for elsewhere, such as subscription orders. */
  @IsOptional()
  @ArrayNotEmpty()
  @ArrayMaxSize(100)
  @IsText(1_000, { each: true, min: 1 })
  exceptCategories?: string[];
}

export const purchaseThanks = defineTemplate(PurchaseThanksOptions, {
  id: 'purchase-thanks',
  label: { ja: '購入のお礼', en: 'Purchase thanks' },
  description: {
    ja: 'ご注文ごとに一度、金額と注文番号を添えてお礼を送ります。',
    en: 'Thanks for each order once, with its number and amount.',
  },
  example: { url: 'https://shop.example/orders' },
  build({ url, text = 'ご購入ありがとうございます', exceptCategories }, { channelId, currency }) {
    const thanks = card({
      altText: text,
      heading: text,
      lines: ['ご注文番号：{{event.orderId}}', `合計：${amount('{{event.total}}', currency)}`],
      button: { label: '注文を見る', uri: url },
    });
    const apart = {
      id: 'is-thanked-elsewhere',
      kind: 'branch',
      event: [{ field: 'lines.category', in: exceptCategories }],
      next: 'leave',
      otherwise: 'thank',
    };
    const send = { id: 'thank', kind: 'send', class: 'transactional', messages: [thanks] };
    return {
      channelId,
      start: { on: 'event', event: 'purchase' },
      reentry: { key: ['orderId'] },
      steps: exceptCategories ? [apart, { id: 'leave', kind: 'stop' }, send] : [send],
    };
  },
});
