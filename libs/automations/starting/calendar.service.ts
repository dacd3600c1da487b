import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '#config';
import { Jobs } from '#jobs';
import { toInstant, type Clock, type Scope } from '#kernel';
import { Segments } from '#segments';
import { Scopes } from '#workspaces';
import { startByCalendar, type CalendarRef } from '../automations.jobs.js';
import type { JourneyDefinition } from '../definition/journey-definition.js';
import type { JourneyStart } from '../definition/starts.js';
import { JourneysRepository } from '../journeys/journeys.repository.js';
import { Arrivals } from './arrivals.service.js';
import { localDay, nextStart, ownDay } from './calendar.js';
import { CalendarRepository } from './calendar.repository.js';

/** Members brought in by one job: about a second of it, so that others come between. */
const CHUNK = 1_000;
/** What was missed for longer is not made up for. */
const OLDEST_MS = 86_400_000;

/** Brings members into journeys by the clock, all of a workspace in the order of their ids. */
@Injectable()
export class Calendar {
  constructor(
    private readonly repository: CalendarRepository,
    private readonly journeys: JourneysRepository,
    private readonly segments: Segments,
    private readonly arrivals: Arrivals,
    private readonly jobs: Jobs,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /** Lets every journey whose moment has come begin with its first members. Safe to run twice. */
  async look(scopes: Scopes): Promise<void> {
    for (const { workspaceId, journeyId } of await this.repository.dueJourneys(null, this.clock.now()))
      await this.begin(await scopes.system(workspaceId), journeyId);
  }

  /** Brings in the next members of one occurrence. To be called in a transaction. */
  async bringIn(scope: Scope, { journeyId, at: instant, after }: CalendarRef): Promise<void> {
    const at = toInstant(instant);
    const journey = await this.journeys.find(scope, journeyId);
    if (journey?.state !== 'active') return;
    const { start } = journey.definition;
    if (start.on !== 'date' && start.on !== 'schedule') return;
    const memberIds = await this.next(scope, journey.definition, at, after);
    const date = localDay(at, scope.timeZone);
    const seq = start.on === 'date' ? `date:${date}` : `schedule:${at.toISOString()}`;
    const event = { seq, type: start.on, at: at.getTime(), body: { date } };
    const receivedAt = scope.clock.now().getTime();
    const load = async () => memberIds.map((memberId) => ({ memberId, event, receivedAt }));
    await this.arrivals.arrive(scope, { memberIds, on: start.on, journeyId, load });
    if (memberIds.length === CHUNK) await this.enqueue(scope, journeyId, at, memberIds.at(-1)!);
  }

  private begin(scope: Scope, journeyId: string): Promise<void> {
    return this.repository.atNextStart(scope, journeyId, async (due) => {
      const journey = await this.journeys.find(scope, journeyId);
      if (!journey || due > scope.clock.now()) return;
      const { latest, next } = occurrences(journey.definition.start, due, scope);
      if (latest) await this.enqueue(scope, journeyId, latest, '0');
      await this.journeys.setNextStart(scope, journeyId, next);
    });
  }

  private async next(scope: Scope, { start, filter }: JourneyDefinition, at: Date, after: string): Promise<string[]> {
    const from = { after, most: CHUNK };
    if (start.on === 'date') return this.repository.havingDay(scope, start, ownDay(start, at, scope.timeZone), from);
    return this.repository.meant(scope, filter && (await this.segments.condition(scope, filter, at)), from);
  }

  private async enqueue(scope: Scope, journeyId: string, at: Date, after: string): Promise<void> {
    const { workspaceId } = scope;
    await this.jobs.enqueue(scope, startByCalendar, { workspaceId, journeyId, at: at.toISOString(), after });
  }
}

/** Of several that were missed the latest counts, as everybody would be brought in by each. */
function occurrences(start: JourneyStart, due: Date, { clock, timeZone }: Scope): { latest?: Date; next: Date | null } {
  const now = clock.now();
  const oldest = new Date(now.getTime() - OLDEST_MS);
  let latest = due >= oldest ? due : undefined;
  let next = nextStart(start, (latest ?? oldest).getTime(), timeZone);
  while (next && next <= now) {
    latest = next;
    next = nextStart(start, next.getTime(), timeZone);
  }
  return { latest, next };
}
