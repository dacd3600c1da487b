import type { JourneyEvent } from '../../machine/run.js';

/** What starts runs, gathered beforehand because it does not come person by person. It grows with the people it names. */
export class GatheredStarts {
  private readonly byPerson = new Map<string, JourneyEvent[]>();
  private order?: string[];

  /** @param person members.id, or minus line_users.id */
  add(person: string, event: JourneyEvent): void {
    const events = this.byPerson.get(person);
    if (events) events.push(event);
    else this.byPerson.set(person, [event]);
  }

  /** In order of time. */
  of(person: string): JourneyEvent[] {
    return (this.byPerson.get(person) ?? []).sort((a, b) => a.at - b.at);
  }

  /** The next people in the order of their ids. @param from how many of them were there already */
  people(from: number, most: number): string[] {
    this.order ??= inOrder([...this.byPerson.keys()]);
    return this.order.slice(from, from + most);
  }
}

/** Ids of rows as Postgres has them in order. */
export function inOrder(ids: readonly string[]): string[] {
  const sorted = BigInt64Array.from(ids, BigInt).sort();
  return Array.from(sorted, String);
}
