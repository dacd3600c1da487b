import { describe, expect, it } from '@jest/globals';
import { readEvent } from './event-kinds.js';
import { trackingUrlOf } from './parcel-tracking.js';

describe('the page of a parcel', () => {
  it.each([
    ['ヤマト運輸', '4567-1234-5678', 'https://member.kms.kuronekoyamato.co.jp/parcel/detail?pno=456712345678'],
    ['ﾔﾏﾄ運輸', '456712345678', 'https://member.kms.kuronekoyamato.co.jp/parcel/detail?pno=456712345678'],
    ['Kuroneko Yamato', '456712345678', 'https://member.kms.kuronekoyamato.co.jp/parcel/detail?pno=456712345678'],
    [
      '佐川急便',
      '１２３４５６７８９０１２',
      'https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo=123456789012',
    ],
    ['SAGAWA', '123456789012', 'https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo=123456789012'],
    [
      'japan_post',
      'ef719215461jp',
      'https://trackings.post.japanpost.jp/services/srv/search/direct?locale=ja&reqCodeNo1=EF719215461JP',
    ],
    [
      'ゆうパック（日本郵便）',
      '1234 5678 9012',
      'https://trackings.post.japanpost.jp/services/srv/search/direct?locale=ja&reqCodeNo1=123456789012',
    ],
  ])('of %s and %s is found', (carrier, number, address) => {
    expect(trackingUrlOf(carrier, number)).toBe(address);
  });

  it.each([
    ['Some Courier', '456712345678'],
    ['ヤマト運輸', 'see the label'],
    ['佐川急便', '1&x=<script>'],
    ['', ''],
  ])('of %s and %s is not made up', (carrier, number) => {
    expect(trackingUrlOf(carrier, number)).toBeUndefined();
  });

  it("is in a shipment, unless the shop's own is", () => {
    const shipment = { id: '1', type: 'shipment', memberId: 'm', occurredAt: '2026-04-15T12:00:00Z', orderId: 'o' };
    const parcel = { ...shipment, status: 'shipped', carrier: 'sagawa', trackingNumber: '123456789012' };
    const urlOf = (item: object) => (readEvent(item).value as { trackingUrl?: string }).trackingUrl;
    expect(urlOf(parcel)).toContain('okurijoNo=123456789012');
    expect(urlOf({ ...parcel, trackingUrl: 'https://shop.example/t' })).toBe('https://shop.example/t');
    expect(urlOf({ ...shipment, status: 'shipped' })).toBeUndefined();
  });
});
