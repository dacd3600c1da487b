import { IsBoolean, IsInt, IsOptional, Max, Min } from 'class-validator';
import { defineTemplate } from './journey-template.js';
import { amount, bubble, or, text } from './message-parts.js';
import { IsAddress, IsPictureAddress, WordingOptions } from './shared-options.js';

export class CartAbandonmentOptions extends WordingOptions {
  /** Where the button leads where the cart was posted without an address. */
  @IsAddress() cartUrl: string;
  /** Shown for items without a picture of their own; without it no pictures are shown. */
  @IsOptional() @IsPictureAddress() pictureUrl?: string;
  /** After the last change of the cart; default 60. */
  @IsOptional() @IsInt() @Min(10) @Max(10_080) delayMinutes?: number;
  /** Whether to remind again a day later; default false. */
  @IsOptional() @IsBoolean() second?: boolean;
  /** A member is reminded of at most one cart in so many days; default 7. */
  @IsOptional() @IsInt() @Min(1) @Max(366) onceInDays?: number;
}

export const cartAbandonment = defineTemplate(CartAbandonmentOptions, {
  id: 'cart-abandonment',
  label: { ja: 'カゴ落ちリマインド', en: 'Cart abandonment' },
  description: {
    ja: 'カートに商品を残したまま時間がたったら、商品とカートへのボタンをお知らせします。購入・空にした・新しいカートで取りやめます。',
    en: 'Reminds of items left in a cart, with a button back to it. Buying any of them, emptying the cart or a newer cart calls it off.',
  },
  example: { cartUrl: 'https://shop.example/cart' },
  build(options, { channelId, currency }) {
    const { cartUrl, pictureUrl, delayMinutes = 60, second = false, onceInDays = 7 } = options;
    const words = options.text ?? 'カートに商品が残っています。お忘れではありませんか？';
    const items = {
      forEach: 'event.items',
      max: 10,
      item: bubble({
        heading: or('item.name', '商品'),
        lines: [`${amount('{{item.unitPrice}}', currency)} × {{item.quantity}}`],
        picture: pictureUrl && or('item.imageUrl', pictureUrl),
        button: { label: 'カートに戻る', uri: or('event.url', cartUrl) },
      }),
    };
    const messages = [text(words), { type: 'flex', altText: words, contents: { type: 'carousel', contents: [items] } }];
    const atMost = { count: 1, days: onceInDays };
    const again = [
      { id: 'wait-a-day', kind: 'wait', for: { days: 1 } },
      { id: 'remind-again', kind: 'send', messages, atMost },
    ];
    return {
      channelId,
      start: { on: 'event', event: 'cart', where: [{ field: 'items', exists: true }] },
      reentry: { key: ['cartId'], repeat: 'restart' },
      steps: [
        { id: 'wait', kind: 'wait', for: { minutes: delayMinutes } },
        { id: 'remind', kind: 'send', messages, atMost },
        ...(second ? again : []),
      ],
      cancel: [
        { event: 'purchase', where: [{ field: 'lines.productId', sharedWithStart: 'items.productId' }] },
        {
          event: 'cart',
          where: [
            { field: 'cartId', sharedWithStart: 'cartId' },
            { field: 'items', exists: false },
          ],
        },
        {
          event: 'cart',
          where: [
            { field: 'cartId', differsFromStart: 'cartId' },
            { field: 'items', exists: true },
          ],
        },
      ],
    };
  },
});
