import { seededRandom } from './seeded-random.js';

/** A small coffee shop with an online store: enough people for segments to differ, few enough to look at. */
export const SHOP = {
  name: 'つなぎ珈琲店',
  timeZone: 'Asia/Tokyo',
  currency: 'JPY',
  // Its people are the emulator's: a newcomer's first push arrives at any hour.
  quietHours: null,
};

const FAMILY =
  '佐藤 鈴木 高橋 田中 伊藤 渡辺 山本 中村 小林 加藤 吉田 山田 佐々木 山口 松本 井上 木村 林 斎藤 清水'.split(' ');
const GIVEN = '陽菜 蓮 結衣 湊 美咲 大翔 さくら 悠真 葵 陽翔 凛 樹 結菜 颯太 花 翔太 真央 健太 千尋 直樹'.split(' ');
const PRODUCTS = [
  { productId: 'beans-ethiopia-200', name: 'エチオピア 200g', category: 'beans', unitPrice: 1680 },
  { productId: 'beans-house-500', name: 'ハウスブレンド 500g', category: 'beans', unitPrice: 2480 },
  { productId: 'drip-bag-10', name: 'ドリップバッグ 10袋', category: 'drip', unitPrice: 1280 },
  { productId: 'dripper-v1', name: '陶器ドリッパー', category: 'tools', unitPrice: 3850 },
  { productId: 'cake-cheese', name: 'チーズケーキ', category: 'sweets', unitPrice: 2100 },
];
const STORES = ['kichijoji', 'kamakura'];
const DAY = 86_400_000;

export interface Person {
  externalId: string;
  name: string;
  rank: 'gold' | 'silver' | 'regular';
  birthDate: string;
  tags: string[];
  /** How the person stands to the shop's LINE account. */
  line: 'friend' | 'blocked' | 'unlinked';
  registeredAt: string;
}

interface Drawing {
  random: () => number;
  pick: <T>(items: readonly T[]) => T;
  upTo: (n: number) => number;
}

/** The shop's people and what they did in the year before `now`; the same for the same day. */
export function openShop(now: Date, size = 120): { people: Person[]; events: object[] } {
  const random = seededRandom(20260401);
  const upTo = (n: number) => Math.floor(random() * n);
  const draw: Drawing = { random, upTo, pick: (items) => items[upTo(items.length)]! };
  const today = Math.floor(now.getTime() / DAY) * DAY;
  const people = Array.from({ length: size }, (_, index) => person(index, today, draw));
  return { people, events: people.flatMap((one) => [...purchases(one, today, draw), ...visits(one, today, draw)]) };
}

function person(index: number, today: number, { random, pick, upTo }: Drawing): Person {
  const share = random();
  const state = random();
  return {
    externalId: `M${String(index + 1).padStart(4, '0')}`,
    name: `${pick(FAMILY)} ${pick(GIVEN)}`,
    rank: share < 0.1 ? 'gold' : share < 0.35 ? 'silver' : 'regular',
    birthDate: new Date(Date.UTC(1955 + upTo(50), upTo(12), 1 + upTo(28))).toISOString().slice(0, 10),
    tags: random() < 0.3 ? ['newsletter'] : [],
    line: state < 0.75 ? 'friend' : state < 0.82 ? 'blocked' : 'unlinked',
    registeredAt: new Date(today - (366 + upTo(700)) * DAY).toISOString(),
  };
}

function purchases({ externalId, rank }: Person, today: number, { random, pick, upTo }: Drawing): object[] {
  const most = { gold: 24, silver: 10, regular: 4 }[rank];
  return Array.from({ length: upTo(most + 1) }, (_, index) => {
    const lines = Array.from({ length: 1 + upTo(2) }, () => ({ ...pick(PRODUCTS), quantity: 1 + upTo(2) }));
    const orderId = `order-${externalId}-${index + 1}`;
    return {
      id: orderId,
      type: 'purchase',
      memberId: externalId,
      occurredAt: new Date(today - (1 + upTo(365)) * DAY + upTo(DAY)).toISOString(),
      orderId,
      total: lines.reduce((sum, line) => sum + line.quantity * line.unitPrice, 0),
      lines,
      ...(random() < 0.5 && { storeId: pick(STORES) }),
    };
  });
}

function visits({ externalId }: Person, today: number, { pick, upTo }: Drawing): object[] {
  return Array.from({ length: upTo(9) }, (_, index) => ({
    id: `visit-${externalId}-${index + 1}`,
    type: 'visit',
    memberId: externalId,
    occurredAt: new Date(today - (1 + upTo(180)) * DAY + upTo(DAY)).toISOString(),
    storeId: pick(STORES),
  }));
}

export const SEGMENTS = [
  { name: 'ゴールド会員', rule: { kind: 'rank', in: ['gold'] } },
  { name: '今月お誕生日の方', rule: { kind: 'birth-month', relative: 'current' } },
  {
    name: '1年で2万円以上ご購入',
    rule: { kind: 'purchase', total: { gte: 20000 }, within: { days: 365 } },
  },
  {
    name: '豆を買ったことがあり、90日ご購入なし',
    rule: {
      kind: 'all',
      rules: [
        { kind: 'purchase', where: { category: ['beans'] } },
        { kind: 'not', rule: { kind: 'purchase', within: { days: 90 } } },
      ],
    },
  },
  { name: '3回以上ご来店', rule: { kind: 'visit', count: { gte: 3 } } },
];
