import { IsInt, IsOptional, Max, Min } from 'class-validator';
import { defineTemplate } from './journey-template.js';
import { card, or } from './message-parts.js';
import { IsPictureAddress, LinkedWordingOptions } from './shared-options.js';

export class RestockOptions extends LinkedWordingOptions {
  /** Those who looked at the product in so many days are told too; default: only those who asked. */
  @IsOptional() @IsInt() @Min(1) @Max(365) browsedWithinDays?: number;
  /** So many are told first, the others in lots of as many later; default: all at once. */
  @IsOptional() @IsInt() @Min(1) @Max(1_000_000) first?: number;
  /** Minutes between two lots; default 60. */
  @IsOptional() @IsInt() @Min(1) @Max(10_080) everyMinutes?: number;
  @IsOptional() @IsPictureAddress() pictureUrl?: string;
}

export const restock = defineTemplate(RestockOptions, {
  id: 'restock',
  label: { ja: '再入荷のお知らせ', en: 'Restock notice' },
  description: {
    ja: '再入荷をお待ちの方に、一度だけお知らせします。数に限りがあるときは順番にお送りします。',
    en: 'Tells those who asked for a product that it is back, once each; a few at a time where there is little of it.',
  },
  example: { url: 'https://shop.example/', browsedWithinDays: 30 },
  build({ url, text, browsedWithinDays, first, everyMinutes = 60, pictureUrl }, { channelId }) {
    const words = text ?? 'お待たせしました。再入荷しました。';
    const contents = card({
      altText: words,
      heading: or('event.name', '商品'),
      lines: [words],
      button: { label: '商品を見る', uri: or('event.url', url) },
    }) as { contents: object };
    const hero = {
      type: 'image',
      url: pictureUrl && or('event.imageUrl', pictureUrl),
      size: 'full',
      aspectRatio: '1:1',
      aspectMode: 'cover',
    };
    const notice = pictureUrl ? { ...contents, contents: { ...contents.contents, hero } } : contents;
    return {
      channelId,
      start: {
        on: 'restock',
        ...(browsedWithinDays !== undefined && { browsedWithinDays }),
        ...(first !== undefined && { first, everyMinutes }),
      },
      steps: [{ id: 'tell', kind: 'send', messages: [notice] }],
    };
  },
});
