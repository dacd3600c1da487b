import type { Event } from '#events';
import { toInstant } from '#kernel';
import type { JourneyEvent } from '../machine/run.js';
import type { Restock } from '../starting/restock.js';
import { inOrder } from './starts/gathered-starts.js';

interface View {
  memberId: string;
  /** Milliseconds since 1970. */
  at: number;
}

const BROWSE: ReadonlySet<string> = new Set(['browse']);

/**
 * Events that somebody gave instead of those that are stored. Only where each lies is kept: the events themselves are
 * fetched again when their member's turn comes.
 */
export class GivenEvents {
  /** Events of members who do not exist. */
  leftOut = 0;
  /** Places of events, by members.id. */
  private readonly byMember = new Map<string, number[]>();
  private readonly ofNobody: number[] = [];
  private order?: string[];
  private views?: Map<string, View[]>;

  /** @param fetch the event at a place */
  constructor(private readonly fetch: (place: number) => Event) {}

  /** @param memberId members.id; null of what happens to nobody, undefined of somebody who does not exist */
  add(memberId: string | null | undefined, place: number): void {
    if (memberId === undefined) {
      this.leftOut += 1;
      return;
    }
    if (memberId === null) {
      this.ofNobody.push(place);
      return;
    }
    const places = this.byMember.get(memberId);
    if (places) places.push(place);
    else this.byMember.set(memberId, [place]);
  }

  /** The next members who have events, in the order of their ids. @param from how many of them were there already */
  members(from: number, most: number): string[] {
    this.order ??= inOrder([...this.byMember.keys()]);
    return this.order.slice(from, from + most);
  }

  /** A member's events in order of time, and as given where that is the same; the first of two equal ids counts. */
  of(memberId: string, types: ReadonlySet<string>): JourneyEvent[] {
    const events: JourneyEvent[] = [];
    for (const { event, place } of this.each(this.byMember.get(memberId) ?? [])) {
      const { id: _id, type, occurredAt, ...rest } = event;
      if (!types.has(type)) continue;
      const { memberId: _member, ...body } = rest as { memberId?: string };
      events.push({ seq: String(place), type, at: toInstant(occurredAt).getTime(), body });
    }
    return events.sort((a, b) => a.at - b.at || Number(a.seq) - Number(b.seq));
  }

  /** Products that came back, as they were given. */
  restocks(): Restock[] {
    return [...this.each(this.ofNobody)].flatMap(({ event, place }) =>
      event.type === 'restock'
        ? [{ seq: String(place), productId: event.productId, at: toInstant(event.occurredAt) }]
        : [],
    );
  }

  /** Members who looked at a product from one moment to another, both included, the latest first. */
  viewers(productId: string, { since, until, most }: { since: Date; until: Date; most: number }): string[] {
    this.views ??= this.viewsByProduct();
    const latest = new Map<string, number>();
    for (const { memberId, at } of this.views.get(productId) ?? [])
      if (at >= since.getTime() && at <= until.getTime()) latest.set(memberId, Math.max(at, latest.get(memberId) ?? 0));
    const places = new Map(this.members(0, this.byMember.size).map((id, n) => [id, n]));
    const first = ([a, atA]: [string, number], [b, atB]: [string, number]) =>
      atB - atA || places.get(a)! - places.get(b)!;
    return [...latest]
      .sort(first)
      .slice(0, most)
      .map(([id]) => id);
  }

  private viewsByProduct(): Map<string, View[]> {
    const views = new Map<string, View[]>();
    for (const memberId of this.byMember.keys())
      for (const { at, body } of this.of(memberId, BROWSE)) {
        const { productId } = body;
        if (typeof productId !== 'string') continue;
        const ofProduct = views.get(productId) ?? [];
        views.set(productId, ofProduct);
        ofProduct.push({ memberId, at });
      }
    return views;
  }

  /** The first of two equal ids counts. */
  private *each(places: readonly number[]): Generator<{ event: Event; place: number }> {
    const ids = new Set<string>();
    for (const place of places) {
      const event = this.fetch(place);
      if (!ids.has(event.id)) yield { event, place };
      ids.add(event.id);
    }
  }
}
