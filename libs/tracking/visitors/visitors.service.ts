import { Inject, Injectable } from '@nestjs/common';
import { CLOCK } from '#config';
import { Database } from '#database';
import { Events } from '#events';
import { newId, notFound, type Clock, type Scope } from '#kernel';
import { TrackingSettingsRepository } from '../settings/settings.repository.js';
import { notStored } from '../tracking.errors.js';
import { visitorHash } from './visitor-id.js';
import { VisitorsRepository, type KeptEvent } from './visitors.repository.js';

const DAY = 86_400_000;
const MOST_EVENTS = 200;
const EVENTS_KEPT_FOR = 30 * DAY;
/** Browsers forget the id themselves after 400 days without a visit. */
const VISITORS_KEPT_FOR = 400 * DAY;
/** Who signs in today must not be reminded of what was left last week. */
const CARTS_HANDED_OVER_FOR = DAY;
const DELETED_AT_ONCE = 5_000;

/** The people behind browsers: unknown at first, members once their company's server or their sign-in says so. */
@Injectable()
export class Visitors {
  constructor(
    private readonly db: Database,
    private readonly repository: VisitorsRepository,
    private readonly settings: TrackingSettingsRepository,
    private readonly events: Events,
    @Inject(CLOCK) private readonly clock: Clock,
  ) {}

  /**
   * Takes what a visitor just did: the member's, or kept until somebody tells us whose it is.
   * @param bodies events as they would be posted, without id, member and time
   * @throws AppError 400 naming those that a member's events do not take, such as an amount the currency does not have
   */
  async did(scope: Scope, visitorId: string, bodies: readonly Record<string, unknown>[]): Promise<void> {
    const visitor = visitorHash(visitorId);
    const memberId = await this.db.transaction(scope, async () => {
      const known = await this.repository.see(scope, visitor);
      if (known === null) await this.repository.keep(scope, visitor, bodies, MOST_EVENTS);
      return known;
    });
    // By itself, so that it may share a commit with others of its workspace.
    if (memberId === null) return;
    const occurredAt = scope.clock.now();
    const { rejected } = await this.events.post(
      scope,
      bodies.map((body) => eventOf({ occurredAt, body }, memberId)),
    );
    if (rejected.length > 0) throw notStored(rejected);
  }

  /**
   * Says which member a visitor is, from now on and for what is kept of it. Only for those who know: the company's own
   * server, or a sign-in through us; never for what a browser claims.
   * @param visitorId the browser's; one that has done nothing yet may be tied too
   * @param memberId members.id
   * @returns how many events became the member's
   * @throws AppError 404 for an unknown member
   */
  tie(scope: Scope, visitorId: string, memberId: string): Promise<number> {
    return this.db.transaction(scope, async () => {
      const externalId = await this.repository.externalIdOf(scope, memberId);
      if (externalId === undefined) throw notFound('member');
      const visitor = visitorHash(visitorId);
      await this.repository.setMember(scope, visitor, memberId);
      const kept = worthHandingOver(await this.repository.take(scope, visitor), scope.clock.now().getTime());
      if (kept.length === 0) return 0;
      const { accepted } = await this.events.post(
        scope,
        kept.map((event) => eventOf(event, externalId)),
      );
      return accepted;
    });
  }

  /** Forgets a visitor and what is kept of it. What has become a member's stays the member's. */
  async forget(scope: Scope, visitorId: string): Promise<void> {
    await this.repository.delete(scope, visitorHash(visitorId));
  }

  /** In all workspaces: events after 30 days, visitors who did not come back for 30 days, or as members for 400. */
  async forgetOld(): Promise<void> {
    const now = this.clock.now().getTime();
    const [events, visitors] = [new Date(now - EVENTS_KEPT_FOR), new Date(now - VISITORS_KEPT_FOR)];
    for (const workspaceId of await this.settings.workspaces(null)) {
      const scope = { workspaceId };
      await untilFewer(DELETED_AT_ONCE, () => this.repository.deleteEvents(scope, events, DELETED_AT_ONCE));
      await untilFewer(DELETED_AT_ONCE, () => this.repository.deleteVisitors(scope, events, visitors, DELETED_AT_ONCE));
    }
  }
}

function eventOf({ occurredAt, body }: KeptEvent, memberId: string): object {
  return { ...body, id: newId(), memberId, occurredAt: occurredAt.toISOString() };
}

/** Of carts only the last, which is the whole cart, and only while it is fresh; and nothing that is too old to be kept. */
function worthHandingOver(events: KeptEvent[], now: number): KeptEvent[] {
  const lastCart = events.findLast(({ body }) => body.type === 'cart');
  return events.filter((event) => {
    const age = now - event.occurredAt.getTime();
    if (event.body.type === 'cart') return event === lastCart && age <= CARTS_HANDED_OVER_FOR;
    return age <= EVENTS_KEPT_FOR;
  });
}

async function untilFewer(limit: number, work: () => Promise<number>): Promise<void> {
  while ((await work()) >= limit);
}
