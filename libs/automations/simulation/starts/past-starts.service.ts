import { Injectable } from '@nestjs/common';
import { Database } from '#database';
import type { Scope } from '#kernel';
import { PastMemberships, type RuleNode } from '#segments';
import type { JourneyDefinition } from '../../definition/journey-definition.js';
import type { JourneyStart } from '../../definition/starts.js';
import type { GivenEvents } from '../given-events.js';
import type { Period } from '../period.js';
import type { KnownPastDto } from '../simulation.dto.js';
import { FriendStarts } from './friend-starts.service.js';
import type { GatheredStarts } from './gathered-starts.js';
import { PastsRepository } from './pasts.repository.js';
import { RestockStarts } from './restock-starts.service.js';

/** What starts journeys beside events and the calendar, and how far back that is known. */
@Injectable()
export class PastStarts {
  constructor(
    private readonly db: Database,
    private readonly pasts: PastsRepository,
    private readonly restocks: RestockStarts,
    private readonly friends: FriendStarts,
    private readonly memberships: PastMemberships,
  ) {}

  /** Where it does not come person by person; otherwise undefined. */
  async gather(
    scope: Scope,
    { start, channelId }: JourneyDefinition,
    period: Period,
    given?: GivenEvents,
  ): Promise<GatheredStarts | undefined> {
    if (start.on !== 'restock' && start.on !== 'friend') return undefined;
    return this.db.transaction(scope, () =>
      start.on === 'restock'
        ? this.restocks.gather(scope, start, period, given)
        : this.friends.gather(scope, channelId, period),
    );
  }

  /** Whether the calendar starts it for ever, so that it can be simulated in a period only. */
  async recurs(scope: Scope, start: JourneyStart): Promise<boolean> {
    if (start.on === 'segment') return this.memberships.turnsByMonth(scope, start.segmentId);
    return start.on === 'date' || start.on === 'schedule';
  }

  /** What of the past a simulation does not know. */
  async known(scope: Scope, definition: JourneyDefinition): Promise<KnownPastDto> {
    const { on } = definition.start;
    const since = on === 'rank' || on === 'restock' ? await this.pasts.keptSince(scope) : undefined;
    const ofNow = await this.memberships.answeredOfNow(scope, rulesOf(definition));
    return { ...(since && { startsSince: since.toISOString() }), ofNow };
  }
}

function rulesOf({ start, filter, steps }: JourneyDefinition): RuleNode[] {
  const branches = steps.flatMap((step) => (step.kind === 'branch' && step.rule ? [step.rule] : []));
  const segment = start.on === 'segment' ? [{ kind: 'segment' as const, id: start.segmentId }] : [];
  return [...(filter ? [filter] : []), ...branches, ...segment];
}
