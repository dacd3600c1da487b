import { orderOfAnotherMember, type Refusal } from '../events.errors.js';
import { amountsOf, type Amounts } from '../kinds/amounts.js';
import type { Event } from '../kinds/event-kinds.js';

/** What the workspace holds already of what a batch speaks of. */
export interface Known {
  eventIds: ReadonlySet<string>;
  /** External id of the member whose order it is, by order id; null while only refunds of the order are known. */
  owners: ReadonlyMap<string, string | null>;
}

export type Outcome = 'accepted' | 'duplicate' | Refusal;

export interface Accepted {
  event: Event;
  amounts: Amounts;
}

/**
 * Decides about each event in the order of arrival, as if each had been posted alone: the first of two equal ids wins,
 * and an order belongs to the member who stated it first.
 */
export function screen(events: Event[], known: Known, currency: string): { outcomes: Outcome[]; accepted: Accepted[] } {
  const taken = new Set<string>();
  const owners = new Map<string, string>();
  const accepted: Accepted[] = [];
  const outcomes = events.map((event): Outcome => {
    if (known.eventIds.has(event.id) || taken.has(event.id)) return 'duplicate';
    const amounts = amountsOf(event, currency);
    if ('path' in amounts) return { code: 'money.invalid', detail: `${amounts.path} ${amounts.detail}` };
    if (event.type === 'purchase' || event.type === 'refund') {
      const owner = owners.get(event.orderId) ?? known.owners.get(event.orderId) ?? undefined;
      if (owner !== undefined && owner !== event.memberId) return orderOfAnotherMember;
      if (event.type === 'purchase') owners.set(event.orderId, event.memberId);
    }
    taken.add(event.id);
    accepted.push({ event, amounts });
    return 'accepted';
  });
  return { outcomes, accepted };
}
