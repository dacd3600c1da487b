import type { Purchase } from './purchases.js';

/** Amounts of each person, counted here from the file alone, to check the API's answers against. */
export interface Buyer {
  count: number;
  total: number;
}

export function countBuyers(purchases: Purchase[]): Map<string, Buyer> {
  const buyers = new Map<string, Buyer>();
  for (const { memberId, total } of purchases) {
    const buyer = buyers.get(memberId) ?? { count: 0, total: 0 };
    buyers.set(memberId, { count: buyer.count + 1, total: buyer.total + total });
  }
  return buyers;
}

/** Six questions that a shop asks of its purchases. */
export const SEGMENTS: { name: string; rule: object }[] = [
  { name: 'bought at least twice', rule: { kind: 'purchase', count: { gte: 2 } } },
  { name: 'bought at least five times', rule: { kind: 'purchase', count: { gte: 5 } } },
  { name: 'spent 500 or more', rule: { kind: 'purchase', total: { gte: 500 } } },
  { name: 'bought three times in 180 days', rule: { kind: 'purchase', count: { gte: 3 }, within: { days: 180 } } },
  { name: 'spent 100 or more in 90 days', rule: { kind: 'purchase', total: { gte: 100 }, within: { days: 90 } } },
  {
    name: 'bought, but not in 180 days',
    rule: {
      kind: 'all',
      rules: [{ kind: 'purchase' }, { kind: 'not', rule: { kind: 'purchase', within: { days: 180 } } }],
    },
  },
];
