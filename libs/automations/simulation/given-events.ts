import type { Event } from '#events';
import { toInstant } from '#kernel';
import type { JourneyEvent } from '../machine/run.js';

interface Member {
  /** members.id as a number, to be in the order in which Postgres has them. */
  id: bigint;
  /** Places of their events. */
  events: number[];
}

/**
 * Events that somebody gave instead of those that are stored. Only where each lies is kept: the events themselves are
 * fetched again when their member's turn comes.
 */
export class GivenEvents {
  /** Events of members who do not exist, or of nobody. */
  leftOut = 0;
  private readonly byMember = new Map<string, Member>();
  private order?: string[];

  /** @param fetch the event at a place */
  constructor(private readonly fetch: (place: number) => Event) {}

  add(memberId: string | undefined, place: number): void {
    if (memberId === undefined) {
      this.leftOut += 1;
      return;
    }
    const member = this.byMember.get(memberId);
    if (member) member.events.push(place);
    else this.byMember.set(memberId, { id: BigInt(memberId), events: [place] });
  }

  /** The next members who have events, in the order of their ids. @param from how many of them were there already */
  members(from: number, most: number): string[] {
    this.order ??= [...this.byMember].sort(([, a], [, b]) => (a.id < b.id ? -1 : 1)).map(([id]) => id);
    return this.order.slice(from, from + most);
  }

  /** A member's events in order of time, and as given where that is the same; the first of two equal ids counts. */
  of(memberId: string, types: ReadonlySet<string>): JourneyEvent[] {
    const ids = new Set<string>();
    const events: JourneyEvent[] = [];
    for (const place of this.byMember.get(memberId)?.events ?? []) {
      const { id, type, occurredAt, ...rest } = this.fetch(place);
      if (ids.has(id)) continue;
      ids.add(id);
      if (!types.has(type)) continue;
      const { memberId: _member, ...body } = rest as { memberId?: string };
      events.push({ seq: String(place), type, at: toInstant(occurredAt).getTime(), body });
    }
    return events.sort((a, b) => a.at - b.at || Number(a.seq) - Number(b.seq));
  }
}
