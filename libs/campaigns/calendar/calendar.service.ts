import { Injectable } from '@nestjs/common';
import { Audit } from '#audit';
import { Config } from '#config';
import { Database } from '#database';
import { newSecret, sha256, type Scope } from '#kernel';
import { nextOccurrence } from '../repeating/occurrences.js';
import { CalendarRepository, type CalendarEntry } from './calendar.repository.js';
import { icalendar, type CalendarEvent } from './icalendar.js';

const DAY_MS = 24 * 3_600_000;
const [DAYS_BACK, DAYS_AHEAD] = [90, 60];
const MOST_ENTRIES = 1_000;
/** Of one campaign that comes back. */
const MOST_AHEAD = 100;

/** The campaigns of a workspace as calendar programs read them. */
@Injectable()
export class CampaignCalendar {
  constructor(
    private readonly db: Database,
    private readonly repository: CalendarRepository,
    private readonly config: Config,
    private readonly audit: Audit,
  ) {}

  /** What left in the last 90 days, and what will leave: of campaigns that come back, in the next 60. */
  async read(scope: Scope): Promise<string> {
    const now = scope.clock.now().getTime();
    const entries = await this.repository.entries(scope, new Date(now - DAYS_BACK * DAY_MS), MOST_ENTRIES);
    const until = new Date(now + DAYS_AHEAD * DAY_MS);
    return icalendar(
      'Tsunagi',
      entries.flatMap((entry) => timesOf(entry, until, scope.timeZone).map((at) => eventOf(entry, at))),
    );
  }

  /** Makes the secret address of the calendar, in place of the one before. */
  async publish(scope: Scope): Promise<{ token: string; url: string }> {
    const token = newSecret();
    await this.db.transaction(scope, async () => {
      await this.repository.setToken(scope, sha256(token));
      await this.audit.record(scope, 'campaigns.calendar_published', 'campaigns/calendar');
    });
    return { token, url: `${this.config.publicUrl}/v1/campaigns/calendar.ics?token=${token}` };
  }

  /** Nobody reads it by its secret address any more. */
  async withdraw(scope: Scope): Promise<void> {
    await this.db.transaction(scope, async () => {
      await this.repository.removeToken(scope);
      await this.audit.record(scope, 'campaigns.calendar_withdrawn', 'campaigns/calendar');
    });
  }

  /** The workspace whose calendar a secret address opens. */
  workspaceOf(token: string): Promise<string | undefined> {
    return this.repository.workspaceOf(null, sha256(token));
  }
}

/** @param until of one that comes back */
function timesOf({ at, repeat }: CalendarEntry, until: Date, timeZone: string): Date[] {
  const times = [at];
  if (!repeat) return times;
  for (let next = nextOccurrence(repeat, at, timeZone); next && next <= until && times.length < MOST_AHEAD;) {
    times.push(next);
    next = nextOccurrence(repeat, next, timeZone);
  }
  return times;
}

function eventOf({ id, name, state, changedAt, recurring }: CalendarEntry, at: Date): CalendarEvent {
  const uid = recurring ? `${id}-${at.getTime()}` : id;
  return { uid: `${uid}@tsunagi`, at, changedAt, summary: name, description: state, status: statusOf(state) };
}

function statusOf(state: string): CalendarEvent['status'] {
  if (state === 'draft') return 'TENTATIVE';
  return ['cancelled', 'failed', 'missed'].includes(state) ? 'CANCELLED' : 'CONFIRMED';
}
