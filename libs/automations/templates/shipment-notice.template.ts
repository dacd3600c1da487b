import { IsIn, IsOptional } from 'class-validator';
import { defineTemplate } from './journey-template.js';
import { card, or } from './message-parts.js';
import { LinkedWordingOptions } from './shared-options.js';

export class ShipmentNoticeOptions extends LinkedWordingOptions {
  /** Which news is told; default `shipped`. A shop that tells both switches it on twice. */
  @IsOptional() @IsIn(['shipped', 'delivered']) status?: 'shipped' | 'delivered';
}

const words = {
  shipped: { heading: '商品を発送しました', button: '配送状況を見る' },
  delivered: { heading: '商品のお届けが完了しました', button: '注文を見る' },
};

/** Told once for each order and status, however often the shop repeats itself; an order we do not know is told too. */
export const shipmentNotice = defineTemplate(ShipmentNoticeOptions, {
  id: 'shipment-notice',
  label: { ja: '発送・配達のお知らせ', en: 'Shipment notice' },
  description: {
    ja: '発送または配達完了を、追跡番号と追跡ページへのボタンつきでお知らせします。同じ注文では一度だけ送ります。',
    en: 'Tells that an order was shipped or delivered, with its tracking number and a button to track it; once per order.',
  },
  example: { url: 'https://shop.example/orders' },
  build({ url, status = 'shipped', text }, { channelId }) {
    const { heading, button } = words[status];
    const notice = card({
      altText: heading,
      heading: text ?? heading,
      lines: [
        'ご注文番号：{{event.orderId}}',
        `配送会社：${or('event.carrier', '－')}`,
        `お問い合わせ番号：${or('event.trackingNumber', '－')}`,
      ],
      button: { label: button, uri: or('event.trackingUrl', url) },
    });
    return {
      channelId,
      start: { on: 'event', event: 'shipment', where: [{ field: 'status', equals: status }] },
      reentry: { key: ['orderId', 'status'] },
      steps: [{ id: 'tell', kind: 'send', class: 'transactional', messages: [notice] }],
    };
  },
});
