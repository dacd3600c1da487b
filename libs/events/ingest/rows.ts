import { toInstant } from '#kernel';
import type { TermNumbers } from '../catalog/catalog.service.js';
import type { Event } from '../kinds/event-kinds.js';
import type { NewEvent, NewPageView } from './events.repository.js';
import type { Accepted } from './screening.js';

/** An event as it is stored. */
export function newEvent(event: Event, members: ReadonlyMap<string, string>): NewEvent {
  const { id, type, occurredAt, ...rest } = event;
  const { memberId, ...fields } = rest as { memberId?: string };
  return {
    id,
    type,
    memberId: memberId === undefined ? null : members.get(memberId)!,
    occurredAt: toInstant(occurredAt).getTime(),
    body: JSON.stringify(fields),
  };
}

/** What rules ask about page views. */
export function pageViewsOf(
  accepted: Accepted[],
  members: ReadonlyMap<string, string>,
  terms: TermNumbers,
): NewPageView[] {
  return accepted.flatMap(({ event }) => {
    if (event.type !== 'browse') return [];
    const { id, memberId, productId, category, url } = event;
    return [
      {
        eventId: id,
        memberId: members.get(memberId)!,
        productId: productId === undefined ? null : terms.of('product', productId),
        categoryId: category === undefined ? null : terms.of('category', category),
        url,
      },
    ];
  });
}
