import { Injectable } from '@nestjs/common';
import { readEvent, type Event } from '#events';
import { invalid, type FieldError, type Scope } from '#kernel';
import { Members } from '#members';
import { EventFile } from './event-file.js';
import { GivenEvents } from './given-events.js';
import { malformedLine } from './simulation.errors.js';

/** Members looked up in one statement. */
const BATCH = 1_000;
const MOST_ERRORS = 50;

/** Events that were given, for as long as they are needed. */
export interface Giving {
  events: GivenEvents;
  close(): Promise<void>;
}

/** Takes events in that are walked and forgotten again. */
@Injectable()
export class EventGiving {
  constructor(private readonly members: Members) {}

  /** Of a JSON body. @throws AppError 400 naming every offending place */
  async items(scope: Scope, items: readonly unknown[] | undefined): Promise<Giving | undefined> {
    if (!items) return undefined;
    const events: Event[] = [];
    const errors: FieldError[] = [];
    for (const [n, item] of items.entries()) {
      const checked = readEvent(item, `/events/${n}`);
      if (checked.errors) errors.push(...checked.errors);
      else events.push(checked.value);
    }
    if (errors.length > 0) throw invalid(errors.slice(0, MOST_ERRORS));
    const given = new GivenEvents((place) => events[place]!);
    await this.place(
      scope,
      given,
      events.map((event, place) => ({ member: memberOf(event), place })),
    );
    return { events: given, close: async () => undefined };
  }

  /**
   * Of a file, a line each; empty lines count and say nothing. Never all of them are in memory.
   * @throws AppError 400 naming lines that are no events, the first of the body is 1; 413
   */
  async lines(scope: Scope, lines: AsyncIterable<Buffer>): Promise<Giving> {
    const file = await EventFile.open();
    try {
      const given = new GivenEvents((place) => file.read(place) as Event);
      const errors: FieldError[] = [];
      let waiting: Placed[] = [];
      for await (const { place, line, value } of file.keep(lines)) {
        const checked = value === undefined ? { errors: [malformedLine(line)] } : readEvent(value, `/${line}`);
        if (checked.errors) errors.push(...checked.errors);
        else waiting.push({ member: memberOf(checked.value), place });
        if (errors.length >= MOST_ERRORS) break;
        if (waiting.length < BATCH) continue;
        await this.place(scope, given, waiting);
        waiting = [];
      }
      if (errors.length > 0) throw invalid(errors.slice(0, MOST_ERRORS));
      await this.place(scope, given, waiting);
      return { events: given, close: () => file.close() };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  private async place(scope: Scope, given: GivenEvents, placed: readonly Placed[]): Promise<void> {
    const named = placed.flatMap(({ member }) => (member === null ? [] : [member]));
    const ids = await this.members.find(scope, [...new Set(named)]);
    for (const { member, place } of placed) given.add(member === null ? null : ids.get(member), place);
  }
}

interface Placed {
  /** External id; null for what happens to nobody. */
  member: string | null;
  place: number;
}

function memberOf(event: Event): string | null {
  return event.type === 'restock' ? null : event.memberId;
}
