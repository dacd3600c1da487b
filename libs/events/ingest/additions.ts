import type { SummaryAddition } from '#members';
import type { Settlement } from '../orders/settlement.js';
import type { Changes } from './changes.js';

/**
 * What a batch adds to the summaries of those whose orders and visits it speaks of. Orders that are stored already add
 * nothing here: their members are held, and reckoned anew.
 */
export function additionsOf({ statements, refunds, visits }: Changes, { placed }: Settlement): SummaryAddition[] {
  const additions = new Map<string, SummaryAddition>();
  const of = (member: string): SummaryAddition => {
    const addition = additions.get(member) ?? nothing(member);
    additions.set(member, addition);
    return addition;
  };
  for (const { member } of statements.values()) of(member);
  for (const { member } of refunds) of(member);
  for (const { member, orderedAt, net } of placed) {
    if (net.counted) addPurchase(of(member), orderedAt, net);
  }
  for (const [member, instants] of visits) addVisits(of(member), instants);
  return [...additions.values()];
}

/** An addition that only makes and holds the member. */
export function nothing(externalId: string): SummaryAddition {
  return {
    externalId,
    visits: 0,
    firstVisitAt: null,
    lastVisitAt: null,
    purchases: 0,
    total: 0,
    quantity: 0,
    firstPurchaseAt: null,
    lastPurchaseAt: null,
  };
}

function addPurchase(addition: SummaryAddition, at: number, { total, quantity }: { total: number; quantity: number }) {
  addition.purchases += 1;
  addition.total += total;
  addition.quantity += quantity;
  addition.firstPurchaseAt = Math.min(addition.firstPurchaseAt ?? at, at);
  addition.lastPurchaseAt = Math.max(addition.lastPurchaseAt ?? at, at);
}

function addVisits(addition: SummaryAddition, instants: number[]): void {
  addition.visits = instants.length;
  addition.firstVisitAt = Math.min(...instants);
  addition.lastVisitAt = Math.max(...instants);
}
