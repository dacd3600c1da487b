/** A carrier's page that shows where one parcel is. */
interface Carrier {
  /** Any of these in its name, however it is written otherwise, or in the name of one of its services. */
  named: RegExp;
  /** Followed by the parcel's number, of which these carriers take no hyphens. */
  address: string;
}

const CARRIERS: readonly Carrier[] = [
  { named: /yamato|kuroneko|ヤマト|クロネコ/, address: 'https://member.kms.kuronekoyamato.co.jp/parcel/detail?pno=' },
  { named: /sagawa|佐川/, address: 'https://k2k.sagawa-exp.co.jp/p/web/okurijosearch.do?okurijoNo=' },
  {
    named: /japanpost|jppost|yubin|yuupack|郵便|ゆうパック|ゆうパケット|レターパック|クリックポスト/,
    address: 'https://trackings.post.japanpost.jp/services/srv/search/direct?locale=ja&reqCodeNo1=',
  },
];
const NUMBER = /^(?:\d{10,14}|[A-Z]{2}\d{9}[A-Z]{2})$/;

/** Where a parcel can be followed; undefined for carriers that are not known here, and for what is no number. */
export function trackingUrlOf(carrier: string, trackingNumber: string): string | undefined {
  const name = carrier
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[\s_-]/g, '');
  const number = trackingNumber.normalize('NFKC').toUpperCase().replace(/[\s-]/g, '');
  const address = CARRIERS.find(({ named }) => named.test(name))?.address;
  return address !== undefined && NUMBER.test(number) ? address + number : undefined;
}
